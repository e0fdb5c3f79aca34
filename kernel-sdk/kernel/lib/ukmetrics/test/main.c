/* One metric of each kind; the text goes out through the second console. */
#include <fcntl.h>
#include <stdio.h>
#include <uk/metrics.h>
#include <unistd.h>

static struct uk_metric sent[] = {
    {.kind = UK_METRIC_COUNTER,
     .name = "app_frames_total",
     .help = "Frames sent.",
     .label = "card=\"0\""},
    {.kind = UK_METRIC_COUNTER,
     .name = "app_frames_total",
     .help = "Frames sent.",
     .label = "card=\"1\""},
};
static struct uk_metric level = {
    .kind = UK_METRIC_GAUGE, .name = "app_level_celsius", .help = "How warm it is.", .decimals = 1};
static const int64_t bounds[] = {10, 100};
static struct uk_metric sizes = {.kind = UK_METRIC_HISTOGRAM,
                                 .name = "app_size_bytes",
                                 .help = "How large things are.",
                                 .bounds = bounds,
                                 .bound_count = 2};

int main(void) {
    static char text[4096];
    uk_metric_register(&sent[0]);
    uk_metric_register(&level);
    uk_metric_register(&sizes);
    uk_metric_register(&sent[1]);
    uk_metric_add(&sent[0], 3);
    uk_metric_add(&sent[1], 4);
    uk_metric_set(&level, -7);
    for (int size = 1; size <= 1000; size *= 10)
        uk_metric_observe(&sizes, size);
    size_t size = uk_metrics_format(text, sizeof(text));
    int console = open("/dev/hvc0", O_RDWR);
    char question[16];
    printf("asked: %zd\n", read(console, question, sizeof(question)));
    printf("written: %d\n", write(console, text, size) == (ssize_t)size);
    return 0;
}
