/* Numbers that a library or an app shows to the world, in Prometheus' text format. */
#ifndef UK_METRICS_H
#define UK_METRICS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum uk_metric_kind {
    UK_METRIC_COUNTER,   /* only grows; its name ends in _total */
    UK_METRIC_GAUGE,     /* goes up and down */
    UK_METRIC_HISTOGRAM, /* counts observations by size */
};

#define UK_METRIC_BUCKETS_MAX 16

struct uk_metric {
    enum uk_metric_kind kind;
    const char *name;
    const char *help;
    /* A label such as `card="0"`, or NULL. Metrics of one name stand together. */
    const char *label;
    /*
     * Prometheus wants seconds and bytes: values count units of 10 to the power of minus this, so
     * that 6 makes microseconds seconds.
     */
    unsigned decimals;
    /* Asked when somebody looks, instead of `value`; may be NULL. */
    int64_t (*read)(void);
    int64_t value;
    /* A histogram's upper bounds, ascending, and how many observations fell under each; then the
     * sum. */
    const int64_t *bounds;
    unsigned bound_count;
    uint64_t counts[UK_METRIC_BUCKETS_MAX + 1];
    int64_t sum;
    struct uk_metric *next;
};

/* The metric must stay where it is. */
void uk_metric_register(struct uk_metric *metric);

void uk_metric_add(struct uk_metric *metric, int64_t amount);
void uk_metric_set(struct uk_metric *metric, int64_t value);
void uk_metric_observe(struct uk_metric *metric, int64_t value);

/* Writes all of them as text; returns the length that an endless `to` would have got. */
size_t uk_metrics_format(char *to, size_t size);

#ifdef __cplusplus
}
#endif

#endif
