#include "automaton.h"

static int is_well_formed(const AutomatonTables *tables, size_t width)
{
    if (tables->classes_size < 2 || tables->classes[0] != 0 || width == 0 || width > UINT8_MAX
        || tables->rows_size != width * tables->state_count || tables->rows_size + tables->state_count > UINT16_MAX)
        return 0;
    for (size_t i = 1; i < tables->classes_size; i += 2)
        if (tables->classes[i] >= width)
            return 0;
    for (size_t i = 0; i < tables->rows_size; i++)
        if (tables->rows[i] >= tables->state_count)
            return 0;
    for (size_t i = 0; i < tables->state_count; i++)
        if (tables->ends[i] > 1)
            return 0;
    return 1;
}

/* Return how many states there are before those from which no other can be reached. */
static size_t count_passed(const AutomatonTables *tables, size_t width)
{
    size_t count = tables->state_count;
    for (; count > 0; count--)
        for (size_t i = 0; i < width; i++)
            if (tables->rows[(count - 1) * width + i] != count - 1)
                return count;
    return count;
}

Automaton *build_automaton(const AutomatonTables *tables, Arena *arena)
{
    size_t width = tables->state_count > 0 ? tables->rows_size / tables->state_count : 0;
    if (!is_well_formed(tables, width))
        return NULL;
    Automaton *automaton = arena_calloc(arena, 1, sizeof *automaton);
    uint16_t *row = arena_alloc(arena, (tables->rows_size + tables->state_count) * sizeof *row);
    if (automaton == NULL || row == NULL)
        return NULL;
    automaton->rows = row;
    automaton->last = (unsigned)(count_passed(tables, width) * (width + 1));
    for (size_t i = 0; i + 1 < tables->classes_size; i += 2)
        memset(automaton->classes + tables->classes[i], tables->classes[i + 1] + 1, 257u - tables->classes[i]);
    for (size_t state = 0; state < tables->state_count; state++) {
        *row++ = tables->ends[state];
        for (size_t i = 0; i < width; i++)
            *row++ = (uint16_t)(tables->rows[state * width + i] * (width + 1));
    }
    return automaton;
}

int matches(const Automaton *automaton, Text text)
{
    const uint8_t *byte = (const uint8_t *)text.bytes, *end = byte + text.size;
    const uint16_t *rows = automaton->rows;
    unsigned state = 0;
    while (byte < end && state < automaton->last) {
        unsigned character = *byte++;
        if (character >= 0x80) { /* of more than one byte; what takes more than two is beyond those told apart */
            unsigned two = (character & 0x1F) << 6 | (*byte++ & 0x3F);
            byte += character >= 0xF0 ? 2 : character >= 0xE0;
            character = character < 0xE0 && two < 256 ? two : 256;
        }
        unsigned next = rows[state + automaton->classes[character]];
        if (next == state) /* as it often is for many bytes, of which then none waits for the one before */
            while (byte < end && *byte < 0x80 && rows[state + automaton->classes[*byte]] == state)
                byte++;
        state = next;
    }
    return rows[state];
}
