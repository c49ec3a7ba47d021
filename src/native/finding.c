#include "finding.h"

Finding *add_finding(Findings *findings, const Path *path, Value subject)
{
    uint32_t count = 0;
    for (const Path *step = path; step->above != NULL; step = step->above)
        count++;
    Finding *finding = arena_calloc(findings->arena, 1, sizeof *finding);
    Step *steps = finding == NULL ? NULL : arena_alloc(findings->arena, (count + 1) * sizeof *steps);
    if (steps == NULL)
        return NULL;
    *finding = (Finding){.subject = subject, .order = path->order, .step_count = count, .steps = steps};
    for (const Path *step = path; count > 0; step = step->above)
        steps[--count] = (Step){step->name != NULL ? *step->name : unknown, step->index};
    *findings->last = finding;
    findings->last = &finding->next;
    findings->count++;
    return finding;
}
