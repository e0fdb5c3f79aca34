/* Reads a flattened device tree (Devicetree specification 0.4, chapter 5): as much as we need. */
#include "fdt.h"

#include <string.h>

#define MAGIC           0xd00dfeed
#define VERSION_OLDEST  16 /* of the last one that version 17 is compatible with */
#define TOKEN_BEGIN     1
#define TOKEN_END       2
#define TOKEN_PROPERTY  3
#define TOKEN_NOP       4
#define TOKEN_FINISH    9
#define CELL            4
#define HEADER_SIZE     40
#define PCI_ADDRESS     3          /* cells */
#define PCI_KIND        0x03000000 /* of the first of them (PCI bus binding, 2.2.1.1) */
#define PCI_MEMORY_32   0x02000000
#define GIC_SPI         0 /* the first cell of an interrupt (Linux, arm,gic.yaml) */
#define GIC_FIRST_SPI   32
#define GIC_FIRST_PPI   16
#define TIMER_VIRTUAL   2 /* behind the two physical timers (Linux, arm,arch_timer.yaml) */
#define INTERRUPT_CELLS 3

/* A property's value, or a node's lack of it: 0 bytes. */
struct value {
    const uint8_t *bytes;
    uint32_t size;
};

/* The properties of one node that somebody asks for. */
struct node {
    struct value name, compatible, device_type, reg, interrupts, ranges, method, bootargs,
        initrd_start, initrd_end;
};

struct reader {
    /* The structure and the strings block. */
    const uint8_t *structure, *strings;
    uint32_t at, end, strings_size;
    /* #address-cells and #size-cells of the root. */
    uint32_t address_cells, size_cells;
    struct machine *machine;
};

static uint32_t cell(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

/* The number of `cells` cells from cell `first` on; 0 when the value is shorter. */
static uint64_t number(struct value value, uint32_t first, uint32_t cells) {
    uint64_t result = 0;
    if (cells > 2 || ((uint64_t)first + cells) * CELL > value.size)
        return 0;
    for (uint32_t i = 0; i < cells; i++)
        result = result << 32 | cell(value.bytes + (first + i) * CELL);
    return result;
}

static bool starts_with(struct value value, const char *text) {
    size_t length = strlen(text);
    return value.size >= length && memcmp(value.bytes, text, length) == 0;
}

/* Whether one of the zero-terminated strings of a value is `text`. */
static bool lists(struct value value, const char *text) {
    size_t length = strlen(text) + 1;
    for (uint32_t at = 0; at < value.size;) {
        struct value rest = {value.bytes + at, value.size - at};
        if (rest.size >= length && memcmp(rest.bytes, text, length) == 0)
            return true;
        at += strnlen((const char *)rest.bytes, rest.size) + 1;
    }
    return false;
}

static uint64_t region_address(const struct reader *r, struct value reg, uint32_t index) {
    return number(reg, index * (r->address_cells + r->size_cells), r->address_cells);
}

static uint64_t region_size(const struct reader *r, struct value reg, uint32_t index) {
    return number(reg, index * (r->address_cells + r->size_cells) + r->address_cells,
                  r->size_cells);
}

/* The GIC's number of a device's interrupt. */
static unsigned interrupt(struct value interrupts, uint32_t index) {
    uint32_t first = index * INTERRUPT_CELLS;
    unsigned line = number(interrupts, first + 1, 1);
    return number(interrupts, first, 1) == GIC_SPI ? GIC_FIRST_SPI + line : GIC_FIRST_PPI + line;
}

/* Where a PCI bus shows 32-bit memory, as the processor sees it. */
static uint64_t pci_window(const struct reader *r, struct value ranges) {
    uint32_t entry = PCI_ADDRESS + r->address_cells + 2;
    for (uint32_t first = 0; (uint64_t)(first + entry) * CELL <= ranges.size; first += entry)
        if ((number(ranges, first, 1) & PCI_KIND) == PCI_MEMORY_32)
            return number(ranges, first + PCI_ADDRESS, r->address_cells);
    return 0;
}

static void take_memory(const struct reader *r, const struct node *node) {
    struct machine *m = r->machine;
    uint64_t address = region_address(r, node->reg, 0), size = region_size(r, node->reg, 0);
    if (size != 0 && (m->memory_size == 0 || address < m->memory)) {
        m->memory = address;
        m->memory_size = size;
    }
}

static void take_chosen(const struct reader *r, const struct node *node) {
    struct machine *m = r->machine;
    m->command_line = (const char *)node->bootargs.bytes;
    m->command_line_length = strnlen(m->command_line ? m->command_line : "", node->bootargs.size);
    /* One or two cells, whatever the root says. */
    m->initrd = number(node->initrd_start, 0, node->initrd_start.size / CELL);
    m->initrd_end = number(node->initrd_end, 0, node->initrd_end.size / CELL);
    if (m->initrd_end < m->initrd)
        m->initrd_end = m->initrd;
}

/* A child of the root. */
static void take(const struct reader *r, const struct node *node) {
    struct machine *m = r->machine;
    if (lists(node->device_type, "memory")) {
        take_memory(r, node);
    } else if (starts_with(node->name, "chosen")) {
        take_chosen(r, node);
    } else if (lists(node->compatible, "virtio,mmio")) {
        if (m->virtio_slots < MACHINE_VIRTIO_SLOTS) {
            m->virtio[m->virtio_slots].address = region_address(r, node->reg, 0);
            m->virtio[m->virtio_slots++].interrupt = interrupt(node->interrupts, 0);
        }
    } else if (lists(node->compatible, "arm,cortex-a15-gic") ||
               lists(node->compatible, "arm,gic-400")) {
        m->gic_distributor = region_address(r, node->reg, 0);
        m->gic_cpu = region_address(r, node->reg, 1);
    } else if (lists(node->compatible, "arm,armv8-timer")) {
        m->timer_interrupt = interrupt(node->interrupts, TIMER_VIRTUAL);
    } else if (lists(node->compatible, "arm,pl031")) {
        m->rtc = region_address(r, node->reg, 0);
    } else if (lists(node->compatible, "pci-host-ecam-generic")) {
        m->pci_configuration = region_address(r, node->reg, 0);
        m->pci_configuration_size = region_size(r, node->reg, 0);
        m->pci_window = pci_window(r, node->ranges);
    } else if (starts_with(node->name, "psci")) {
        m->psci_smc = lists(node->method, "smc");
    }
}

/* Room for one property of a node under its name; NULL for one that nobody asks for. */
static struct value *place(struct node *node, const char *name) {
    static const struct {
        const char *name;
        size_t offset;
    } known[] = {
        {"compatible", offsetof(struct node, compatible)},
        {"device_type", offsetof(struct node, device_type)},
        {"reg", offsetof(struct node, reg)},
        {"interrupts", offsetof(struct node, interrupts)},
        {"ranges", offsetof(struct node, ranges)},
        {"method", offsetof(struct node, method)},
        {"bootargs", offsetof(struct node, bootargs)},
        {"linux,initrd-start", offsetof(struct node, initrd_start)},
        {"linux,initrd-end", offsetof(struct node, initrd_end)},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(name, known[i].name) == 0)
            return (struct value *)((char *)node + known[i].offset);
    return NULL;
}

/* Whether so many bytes are left, the padding to the next cell with them. */
static bool left(const struct reader *r, uint64_t size) {
    return ((size + CELL - 1) & ~(uint64_t)(CELL - 1)) <= r->end - r->at;
}

static const uint8_t *skip(struct reader *r, uint32_t size) {
    const uint8_t *from = r->structure + r->at;
    r->at += (size + CELL - 1) & ~(CELL - 1);
    return from;
}

static bool read_name(struct reader *r, struct node *node) {
    uint32_t rest = r->end - r->at;
    uint32_t length = strnlen((const char *)r->structure + r->at, rest);
    if (length == rest || !left(r, length + 1))
        return false;
    *node = (struct node){.name = {skip(r, length + 1), length}};
    return true;
}

/* `node` is NULL where the properties are nobody's business. */
static bool read_property(struct reader *r, struct node *node, int depth) {
    if (!left(r, 2 * CELL))
        return false;
    const uint8_t *header = skip(r, 2 * CELL);
    struct value value = {.size = cell(header)};
    uint32_t name_at = cell(header + CELL);
    if (!left(r, value.size) || name_at >= r->strings_size)
        return false;
    value.bytes = skip(r, value.size);
    const char *name = (const char *)r->strings + name_at;
    if (strnlen(name, r->strings_size - name_at) == r->strings_size - name_at)
        return false;
    if (depth == 1 && strcmp(name, "#address-cells") == 0)
        r->address_cells = number(value, 0, 1);
    else if (depth == 1 && strcmp(name, "#size-cells") == 0)
        r->size_cells = number(value, 0, 1);
    if (r->address_cells > 2 || r->size_cells > 2)
        return false;
    struct value *to = depth == 2 ? place(node, name) : NULL;
    if (to)
        *to = value;
    return true;
}

static bool read_structure(struct reader *r) {
    struct node node = {0};
    /* 1 in the root, 2 in its children, which are all that we look at. */
    int depth = 0;
    while (left(r, CELL)) {
        switch (cell(skip(r, CELL))) {
        case TOKEN_BEGIN: {
            struct node inner;
            if (!read_name(r, &inner))
                return false;
            if (++depth == 2)
                node = inner;
            break;
        }
        case TOKEN_END:
            if (depth == 2)
                take(r, &node);
            if (--depth < 0)
                return false;
            break;
        case TOKEN_PROPERTY:
            if (!read_property(r, &node, depth))
                return false;
            break;
        case TOKEN_NOP:
            break;
        case TOKEN_FINISH:
            return depth == 0;
        default:
            return false;
        }
    }
    return false;
}

bool fdt_read(const void *blob, struct machine *machine) {
    const uint8_t *header = blob;
    *machine = (struct machine){0};
    if (((uintptr_t)blob & (CELL - 1)) != 0 || cell(header) != MAGIC)
        return false;
    uint64_t total = cell(header + 4), structure = cell(header + 8), strings = cell(header + 12);
    uint32_t compatible = cell(header + 24), strings_size = cell(header + 32);
    uint32_t structure_size = cell(header + 36);
    if (total < HEADER_SIZE || compatible > VERSION_OLDEST + 1 || strings + strings_size > total ||
        structure + structure_size > total || structure % CELL != 0)
        return false;
    struct reader reader = {
        .structure = header + structure,
        .strings = header + strings,
        .end = structure_size & ~(CELL - 1),
        .strings_size = strings_size,
        .address_cells = 2,
        .size_cells = 1,
        .machine = machine,
    };
    return read_structure(&reader);
}
