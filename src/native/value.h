/* JSON values, read from a text or from Python objects, and sets of strings. */

#ifndef VALUE_H
#define VALUE_H

#include <stdint.h>
#include <string.h>

#include "arena.h"

#define MAX_DEPTH 64                      /* of values in values */
#define MAX_SIZE 0xFFFFFF                 /* of a string in bytes, of an array in items, of an object in properties */
#define MAX_SAFE_INTEGER 9007199254740992 /* below it a double holds every integer */

typedef enum { INVALID, VALID, UNDECIDED } Verdict;

/* The type of a value. Schemas and operations ask for several at once. */
enum {
    UNKNOWN = 0, OBJECT = 1, ARRAY = 2, STRING = 4, INTEGER = 8, NUMBER = 16, BOOLEAN = 32, NULL_VALUE = 64,
    ANY_NUMBER = INTEGER | NUMBER, CONTAINER = OBJECT | ARRAY,
};

#define ASCII 128  /* flag of a string with one byte for each character */
#define SORTED 128 /* flag of an array of strings in their order */

/* A string in UTF-8. */
typedef struct {
    const char *bytes;
    size_t size;
} Text;

/* Small enough to be passed in registers. The values of an object are its names and values in turn. */
typedef struct Value {
    uint32_t kind : 8;  /* its type, and a flag */
    uint32_t size : 24; /* bytes of a string, items, properties */
    uint32_t order;     /* the offset in the text where it begins; of a Python object its number in document order */
    union {
        int64_t boolean;
        double number;
        const char *bytes;
        const struct Value *values;
    };
} Value;

static const Value unknown = {.kind = UNKNOWN};

static inline Value boolean_value(int boolean)
{
    return (Value){.kind = BOOLEAN, .boolean = boolean};
}

/* Return a number; unknown if a double may not hold it exactly, or if it is none (NaN). */
static inline Value number_value(unsigned kind, double number)
{
    return number < (double)MAX_SAFE_INTEGER && number > -(double)MAX_SAFE_INTEGER
           ? (Value){.kind = kind, .number = number} : unknown;
}

static inline Value string_value(const char *bytes, size_t size, unsigned flag)
{
    return size <= MAX_SIZE ? (Value){.kind = STRING | flag, .size = (uint32_t)size, .bytes = bytes} : unknown;
}

/* Return an array; unknown if there was no memory for its values. */
static inline Value array_value(const Value *values, size_t size)
{
    return values != NULL && size <= MAX_SIZE ? (Value){.kind = ARRAY, .size = (uint32_t)size, .values = values}
                                              : unknown;
}

static inline Text text_of(Value value)
{
    return (Text){value.bytes, value.size};
}

static inline int is_equal_text(Text one, Text other)
{
    if (one.size != other.size)
        return 0;
    if (one.size < 8 || one.size > 16)
        return memcmp(one.bytes, other.bytes, one.size) == 0;
    /* Most names have such a size, for which compilers do not call a function. */
    return memcmp(one.bytes, other.bytes, 8) == 0 && memcmp(one.bytes + one.size - 8, other.bytes + one.size - 8, 8) == 0;
}

/* Return the place of the lowest bit that is set, of at least one. */
static inline int lowest_bit(uint64_t bits)
{
#if defined(__GNUC__)
    return __builtin_ctzll(bits);
#else
    int place = 0;
    for (; (bits & 1) == 0; bits >>= 1)
        place++;
    return place;
#endif
}

static inline size_t count_bits(uint64_t bits)
{
#if defined(__GNUC__)
    return (size_t)__builtin_popcountll(bits);
#else
    size_t count = 0;
    for (; bits != 0; bits &= bits - 1)
        count++;
    return count;
#endif
}

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define IS_LITTLE_ENDIAN 0
#else
#define IS_LITTLE_ENDIAN 1
#endif

#define REPEAT(byte) (UINT64_C(0x0101010101010101) * (byte)) /* in each of eight bytes */

/* Skip the ASCII characters that stand for themselves in a JSON string: eight at a time, by arithmetic that leaves the
   highest bit of each byte set where the byte is one of them. */
static inline const char *skip_plain(const char *next, const char *end)
{
    for (uint64_t word; end - next >= 8; next += 8) {
        memcpy(&word, next, 8);
        uint64_t low = word & REPEAT(0x7F), is_printable = low + REPEAT(0x60);
        uint64_t is_no_quote = (low ^ REPEAT('"')) + REPEAT(0x7F), is_no_escape = (low ^ REPEAT('\\')) + REPEAT(0x7F);
        uint64_t others = ~(is_printable & is_no_quote & is_no_escape & ~word) & REPEAT(0x80);
        if (others != 0 && IS_LITTLE_ENDIAN)
            return next + lowest_bit(others) / 8;
        if (others != 0)
            break;
    }
    while (next < end && (unsigned char)*next >= 0x20 && (unsigned char)*next < 0x80 && *next != '"' && *next != '\\')
        next++;
    return next;
}

/* Read digits, which may have a sign and a decimal point among them; unknown for anything else, and for what a double may
   not hold as exactly as it is written. */
Value read_decimal(Text);

/* Write an integer in at most 20 characters, without a NUL behind them, and return how many these are. */
size_t write_integer(char *, int64_t);

/* Write a character in UTF-8, in at most four bytes, and return their end. */
static inline char *write_character(char *to, uint32_t code)
{
    static const unsigned char FIRST[] = {0, 0xC0, 0xE0, 0xF0};
    int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    *to++ = (char)(FIRST[more] | code >> 6 * more);
    while (more-- > 0)
        *to++ = (char)(0x80 | (code >> 6 * more & 0x3F));
    return to;
}

/* Compare two values. Objects and arrays, and booleans with numbers, are not compared. */
Verdict is_equal(Value, Value);

/* Return a number below, at or above 0, as one string comes before, with or after another. */
int compare_strings(Value, Value);

/* Sort strings, or decide whether one of them is in a sorted array. */
void sort_strings(Value *, size_t count);
int is_in_sorted(Value array, Value string);

/* Decide whether no two of the values are equal. */
Verdict is_unique(const Value *, size_t count, Arena *scratch);

/* Count the characters of a string. */
size_t count_characters(Value string);

/* Return the value of that name in an object; NULL if there is none. */
const Value *find_property(Value object, Text name);

/* Return where one string begins in another, from an offset on; -1 if it does not. */
ptrdiff_t find_bytes(Text, Text part, size_t offset);

/* Values that are collected one by one. */
typedef struct {
    Value *values;
    size_t count, capacity;
} Values;

/* Make room for more values; false if there is no memory. */
int grow_values(Values *, Arena *);

/* Append a value; false if there is no memory. */
static inline int push_value(Values *values, Value value, Arena *arena)
{
    if (values->count == values->capacity && !grow_values(values, arena))
        return 0;
    values->values[values->count++] = value;
    return 1;
}

/* A set of strings; each has a number, in the order in which they were added. */
typedef struct {
    int count, capacity;
    Text *texts;
    int16_t *buckets; /* by hash, twice as many as the capacity: numbers, or -1 */
} Names;

static inline size_t hash_name(Text text)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    return text.size == 0 ? 0 : text.size + 31u * bytes[0] + 7u * bytes[text.size - 1] + 3u * bytes[text.size / 2];
}

/* Return the bucket of a string, or the one for it. */
static inline int16_t *find_bucket(const Names *names, Text text)
{
    size_t mask = 2 * (size_t)names->capacity - 1, i = hash_name(text) & mask;
    while (names->buckets[i] >= 0 && !is_equal_text(text, names->texts[names->buckets[i]]))
        i = (i + 1) & mask;
    return &names->buckets[i];
}

/* Return the number of a string in a set; -1 if it is not there. */
static inline int find_name(const Names *names, Text text)
{
    return names->count > 0 ? *find_bucket(names, text) : -1;
}

/* Return the number that a string has or gets; -1 if there is no memory, -2 if there are too many. */
int add_name(Names *, Text, Arena *);

#endif
