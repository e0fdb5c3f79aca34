/* The machine, as its device tree described it at boot. */
#ifndef KVM_ARM_MACHINE_H
#define KVM_ARM_MACHINE_H

#include "fdt.h"

extern struct machine machine;

#endif
