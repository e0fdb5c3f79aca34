#ifndef KVM_ARM_PVPANIC_H
#define KVM_ARM_PVPANIC_H

/* Tells the host that the guest has crashed; returns when nobody is there to hear it. */
void pvpanic_report(void);

#endif
