#include "arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MIN_BLOCK 32768

struct Block {
    Block *next;
    size_t size;
    char memory[]; /* at its start anything may lie */
};

void arena_init(Arena *arena, void *buffer, size_t size)
{
    *arena = (Arena){.next = buffer, .end = (char *)buffer + size};
}

void *arena_grow(Arena *arena, size_t size)
{
    size_t capacity = arena->blocks == NULL ? MIN_BLOCK : 2 * arena->blocks->size;
    capacity = capacity < size ? size : capacity;
    Block *block = size > SIZE_MAX / 4 ? NULL : malloc(sizeof *block + capacity + ARENA_ALIGNMENT);
    arena->is_exhausted |= block == NULL;
    if (block == NULL)
        return NULL;
    *block = (Block){arena->blocks, capacity};
    *arena = (Arena){block->memory, block->memory + capacity, block, arena->is_exhausted};
    return arena_alloc(arena, size);
}

void *arena_calloc(Arena *arena, size_t count, size_t size)
{
    void *memory = size != 0 && count > SIZE_MAX / size ? NULL : arena_alloc(arena, count * size);
    return memory == NULL ? NULL : memset(memory, 0, count * size);
}

void arena_release(Arena *arena, const Arena *copy)
{
    while (arena->blocks != copy->blocks) {
        Block *block = arena->blocks;
        arena->blocks = block->next;
        free(block);
    }
    *arena = *copy;
}

void arena_free(Arena *arena)
{
    static const Arena none = {NULL, NULL, NULL, 0};
    arena_release(arena, &none);
}
