/** Where QEMU's machines have their devices (hw/i386/microvm.c, hw/i386/pc.c, hw/arm/virt.c). */
import type { ExceptionArchitecture } from './exceptions';

interface DeviceRange {
  readonly start: bigint;
  readonly end: bigint;
  readonly name: string;
}

const range = (start: number, size: number, name: string): DeviceRange => ({
  start: BigInt(start),
  end: BigInt(start) + BigInt(size),
  name,
});

const DEVICES: Readonly<Record<ExceptionArchitecture, readonly DeviceRange[]>> = {
  x86_64: [
    range(0xa_0000, 0x2_0000, 'the VGA frame buffer'),
    range(0xfeb0_0000, 24 * 512, 'the registers of virtio-mmio devices'),
    range(0xfec0_0000, 0x1000, 'the registers of the I/O APIC'),
    range(0xfee0_0000, 0x1000, 'the registers of the local APIC'),
    range(0xfffc_0000, 0x4_0000, 'the firmware'),
  ],
  arm64: [
    range(0x0, 0x800_0000, 'the firmware’s flash memory'),
    range(0x800_0000, 0x2_0000, 'the registers of the interrupt controller (GIC)'),
    range(0x900_0000, 0x1000, 'the registers of the serial port (PL011)'),
    range(0x901_0000, 0x1000, 'the registers of the clock (PL031)'),
    range(0xa00_0000, 0x4000, 'the registers of virtio-mmio devices'),
    range(0x1000_0000, 0x2eff_0000, 'the window of PCI devices'),
  ],
};

/** In words; undefined where no device is. */
export function deviceAt(architecture: ExceptionArchitecture, physical: bigint): string | undefined {
  return DEVICES[architecture].find(({ start, end }) => physical >= start && physical < end)?.name;
}
