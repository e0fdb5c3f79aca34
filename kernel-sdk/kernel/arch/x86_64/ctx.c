/* A new thread's stack, as ukarch_ctx_switch (ctx.S) expects to find it. */
#include <stdint.h>
#include <uk/arch/ctx.h>

extern void ukarch_ctx_start(void);

void ukarch_ctx_init(struct ukarch_ctx *ctx, unsigned long top, void (*entry)(void *),
                     void *argument) {
    uint64_t *stack = (uint64_t *)(top & ~15UL);
    *--stack = 0; /* ukarch_ctx_start's call finds an aligned stack */
    *--stack = 0;
    *--stack = (uint64_t)ukarch_ctx_start;
    *--stack = 0;                  /* rbp */
    *--stack = (uint64_t)entry;    /* rbx */
    *--stack = (uint64_t)argument; /* r12 */
    *--stack = 0;                  /* r13 */
    *--stack = 0;                  /* r14 */
    *--stack = 0;                  /* r15 */
    ctx->sp = (unsigned long)stack;
}
