/* Where a reader or a check is in a document, and what was found there. */

#ifndef FINDING_H
#define FINDING_H

#include "value.h"

struct Keyword;
struct Rule;

/* A value on the way to another one: the step to it, from the one above. */
typedef struct Path {
    const struct Path *above; /* none at the root */
    const Value *name;        /* of a property; none of an item */
    uint32_t index;           /* of an item */
    uint32_t order;           /* where a reader meets it */
} Path;

typedef struct {
    Value name; /* unknown: of an item */
    uint32_t index;
} Step;

/* What is wrong, and where. Neither a keyword nor a rule: duplicate names in an object. */
typedef struct Finding {
    struct Finding *next;
    const struct Keyword *keyword;
    const struct Rule *rule;
    Value subject;
    uint32_t order;
    uint32_t step_count;
    Step *steps;
} Finding;

typedef struct {
    Arena *arena;
    Finding *first, **last; /* in the order of discovery */
    size_t count;
} Findings;

static inline void findings_init(Findings *findings, Arena *arena)
{
    *findings = (Findings){arena, NULL, &findings->first, 0};
}

static inline Path path_to_property(const Path *above, const Value *name)
{
    return (Path){above, name, 0, name->order};
}

static inline Path path_to_item(const Path *above, uint32_t index, uint32_t order)
{
    return (Path){above, NULL, index, order};
}

/* Add a finding at the end of a path; NULL if there is no memory. */
Finding *add_finding(Findings *, const Path *, Value subject);

#endif
