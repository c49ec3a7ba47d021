/* Memory of one call: allocated piece by piece, freed all at once. */

#ifndef ARENA_H
#define ARENA_H

#include <stddef.h>

#define ARENA_ALIGNMENT 8

typedef struct Block Block;

typedef struct {
    char *next, *end; /* what is left of the current block */
    Block *blocks;    /* those that must be freed, the latest first */
    int is_exhausted; /* there was no memory for one */
} Arena;

/* Begin with memory of the caller's, which may be none. */
void arena_init(Arena *, void *buffer, size_t size);

/* Return memory from a new block; NULL if there is none. */
void *arena_grow(Arena *, size_t size);

/* Return memory for anything, not cleared; NULL if there is none. */
static inline void *arena_alloc(Arena *arena, size_t size)
{
    size_t rounded = (size + ARENA_ALIGNMENT - 1) & ~(size_t)(ARENA_ALIGNMENT - 1);
    if (rounded < size || rounded > (size_t)(arena->end - arena->next))
        return arena_grow(arena, size);
    arena->next += rounded;
    return arena->next - rounded;
}

/* Return cleared memory; NULL if there is none. */
void *arena_calloc(Arena *, size_t count, size_t size);

/* Free what was allocated since the arena was as in the copy. */
void arena_release(Arena *, const Arena *copy);

/* Free everything. */
void arena_free(Arena *);

#endif
