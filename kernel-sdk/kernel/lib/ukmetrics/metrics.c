/* The registry, and its text form (Prometheus' text-based exposition format 0.0.4). */
#include <stdarg.h>
#include <string.h>
#include <uk/arch/lcpu.h>
#include <uk/assert.h>
#include <uk/format.h>
#include <uk/metrics.h>

static struct uk_metric *first;

static const char *const kinds[] = {"counter", "gauge", "histogram"};

void uk_metric_register(struct uk_metric *metric) {
    UK_ASSERT(metric->bound_count <= UK_METRIC_BUCKETS_MAX);
    struct uk_metric **at = &first;
    /* Sorted by name: the format wants what has one name in one place. */
    while (*at && strcmp((*at)->name, metric->name) <= 0)
        at = &(*at)->next;
    metric->next = *at;
    *at = metric;
}

void uk_metric_add(struct uk_metric *metric, int64_t amount) {
    unsigned long flags = ukarch_irq_save();
    metric->value += amount;
    ukarch_irq_restore(flags);
}

void uk_metric_set(struct uk_metric *metric, int64_t value) {
    metric->value = value;
}

void uk_metric_observe(struct uk_metric *metric, int64_t value) {
    unsigned bucket = 0;
    while (bucket < metric->bound_count && value > metric->bounds[bucket])
        bucket++;
    unsigned long flags = ukarch_irq_save();
    metric->counts[bucket]++;
    metric->sum += value;
    ukarch_irq_restore(flags);
}

struct text {
    char *to;
    size_t size, length;
};

static void put(struct text *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    size_t room = text->length < text->size ? text->size - text->length : 0;
    text->length += uk_vsnprintf(room ? text->to + text->length : NULL, room, format, arguments);
    va_end(arguments);
}

static void put_value(struct text *text, int64_t value, unsigned decimals) {
    uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value, unit = 1;
    for (unsigned i = 0; i < decimals; i++)
        unit *= 10;
    put(text, "%s%lu", value < 0 ? "-" : "", (unsigned long)(size / unit));
    if (decimals > 0)
        put(text, ".%0*lu", (int)decimals, (unsigned long)(size % unit));
}

static void put_histogram(struct text *text, const struct uk_metric *metric) {
    const char *label = metric->label ? metric->label : "", *comma = metric->label ? "," : "";
    uint64_t total = 0;
    for (unsigned i = 0; i < metric->bound_count; i++) {
        total += metric->counts[i];
        put(text, "%s_bucket{%s%sle=\"", metric->name, label, comma);
        put_value(text, metric->bounds[i], metric->decimals);
        put(text, "\"} %lu\n", (unsigned long)total);
    }
    total += metric->counts[metric->bound_count];
    put(text, "%s_bucket{%s%sle=\"+Inf\"} %lu\n", metric->name, label, comma, (unsigned long)total);
    const char *open = metric->label ? "{" : "", *close = metric->label ? "}" : "";
    put(text, "%s_sum%s%s%s ", metric->name, open, label, close);
    put_value(text, metric->sum, metric->decimals);
    put(text, "\n");
    put(text, "%s_count%s%s%s %lu\n", metric->name, open, label, close, (unsigned long)total);
}

size_t uk_metrics_format(char *to, size_t size) {
    struct text text = {.to = to, .size = size};
    const char *last = "";
    if (size > 0)
        to[0] = '\0';
    for (const struct uk_metric *metric = first; metric; metric = metric->next) {
        if (strcmp(last, metric->name) != 0)
            put(&text, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help, metric->name,
                kinds[metric->kind]);
        last = metric->name;
        if (metric->kind == UK_METRIC_HISTOGRAM) {
            put_histogram(&text, metric);
            continue;
        }
        const char *label = metric->label ? metric->label : "";
        put(&text, metric->label ? "%s{%s} " : "%s%s ", metric->name, label);
        put_value(&text, metric->read ? metric->read() : metric->value, metric->decimals);
        put(&text, "\n");
    }
    return text.length;
}
