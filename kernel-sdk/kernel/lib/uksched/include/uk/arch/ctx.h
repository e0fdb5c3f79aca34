/* What a thread that does not run keeps: its stack pointer; the rest lies on that stack. */
#ifndef UK_ARCH_CTX_H
#define UK_ARCH_CTX_H

#ifdef __cplusplus
extern "C" {
#endif

struct ukarch_ctx {
    unsigned long sp;
};

/* Prepares a context that calls entry(argument) on the stack that ends at `top`. */
void ukarch_ctx_init(struct ukarch_ctx *ctx, unsigned long top, void (*entry)(void *),
                     void *argument);

/* Saves what a called function must preserve, and goes on where `to` was saved. */
void ukarch_ctx_switch(struct ukarch_ctx *from, struct ukarch_ctx *to);

#ifdef __cplusplus
}
#endif

#endif
