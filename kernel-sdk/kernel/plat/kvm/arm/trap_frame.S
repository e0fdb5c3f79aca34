/*
 * For traps.S and irq.S: the frame (struct __regs, uk/arch/regs.h) that every exception makes. `frame` is its offset
 * from SP.
 */
#define REGS_SP       248
#define REGS_PC       256
#define REGS_PSTATE   264
#define REGS_SYNDROME 272
#define REGS_ADDRESS  280
#define REGS_SIZE     288

/* DWARF's column of the program counter (AADWARF64, 4.1): where the interrupted code goes on. */
#define DWARF_PC 32

    .macro pair_at first, second, offset
    .cfi_rel_offset \first, \offset
    .cfi_rel_offset \second, \offset + 8
    .endm

/* For the unwinder: where the frame holds the interrupted registers. */
    .macro regs_saved frame
    pair_at x0, x1, \frame + 0
    pair_at x2, x3, \frame + 16
    pair_at x4, x5, \frame + 32
    pair_at x6, x7, \frame + 48
    pair_at x8, x9, \frame + 64
    pair_at x10, x11, \frame + 80
    pair_at x12, x13, \frame + 96
    pair_at x14, x15, \frame + 112
    pair_at x16, x17, \frame + 128
    pair_at x18, x19, \frame + 144
    pair_at x20, x21, \frame + 160
    pair_at x22, x23, \frame + 176
    pair_at x24, x25, \frame + 192
    pair_at x26, x27, \frame + 208
    pair_at x28, x29, \frame + 224
    pair_at x30, sp, \frame + 240
    .cfi_rel_offset DWARF_PC, \frame + REGS_PC
    .endm

/* All of X4 to X30; what comes before is up to the entry, which needs room to work. */
    .macro save_x4_to_x30 frame
    stp x4, x5, [sp, #\frame + 32]
    stp x6, x7, [sp, #\frame + 48]
    stp x8, x9, [sp, #\frame + 64]
    stp x10, x11, [sp, #\frame + 80]
    stp x12, x13, [sp, #\frame + 96]
    stp x14, x15, [sp, #\frame + 112]
    stp x16, x17, [sp, #\frame + 128]
    stp x18, x19, [sp, #\frame + 144]
    stp x20, x21, [sp, #\frame + 160]
    stp x22, x23, [sp, #\frame + 176]
    stp x24, x25, [sp, #\frame + 192]
    stp x26, x27, [sp, #\frame + 208]
    stp x28, x29, [sp, #\frame + 224]
    str x30, [sp, #\frame + 240]
    .endm
