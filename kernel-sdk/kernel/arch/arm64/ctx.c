/* A new thread's stack, as ukarch_ctx_switch (ctx.S) expects to find it. */
#include <stdint.h>
#include <uk/arch/ctx.h>

extern void ukarch_ctx_start(void);

/* What ctx.S stores, from the lowest address up. */
struct saved {
    uint64_t x19, x20, x21_to_x28[8];
    uint64_t x29, x30;
    uint64_t d8_to_d15[8];
};

void ukarch_ctx_init(struct ukarch_ctx *ctx, unsigned long top, void (*entry)(void *),
                     void *argument) {
    struct saved *saved = (struct saved *)(top & ~15UL) - 1;
    *saved = (struct saved){
        .x19 = (uint64_t)entry,
        .x20 = (uint64_t)argument,
        .x30 = (uint64_t)ukarch_ctx_start,
    };
    ctx->sp = (unsigned long)saved;
}
