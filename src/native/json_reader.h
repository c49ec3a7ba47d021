/* JSON texts, read into values. */

#ifndef JSON_READER_H
#define JSON_READER_H

#include "finding.h"

/* Read a text, behind which a NUL or a line break stands. Strings without escapes stay where they are; all else goes into
   the arena of the findings, to which duplicate names in an object are added. Their last value counts.

   False if another parser has to look: the text is not JSON, or there is what values do not hold, such as integers that a
   double does not hold, half of a surrogate pair, very deep nesting, or too many duplicate names. */
int read_json(Text, Findings *, Value *);

#endif
