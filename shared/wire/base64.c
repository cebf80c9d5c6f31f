#include "wire/base64.h"

#include <assert.h>
#include <endian.h>
#include <stdint.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* clang-format off */
#define ROW(x)                                                                                    \
    {x, 'A'}, {x, 'B'}, {x, 'C'}, {x, 'D'}, {x, 'E'}, {x, 'F'}, {x, 'G'}, {x, 'H'}, {x, 'I'},     \
    {x, 'J'}, {x, 'K'}, {x, 'L'}, {x, 'M'}, {x, 'N'}, {x, 'O'}, {x, 'P'}, {x, 'Q'}, {x, 'R'},     \
    {x, 'S'}, {x, 'T'}, {x, 'U'}, {x, 'V'}, {x, 'W'}, {x, 'X'}, {x, 'Y'}, {x, 'Z'}, {x, 'a'},     \
    {x, 'b'}, {x, 'c'}, {x, 'd'}, {x, 'e'}, {x, 'f'}, {x, 'g'}, {x, 'h'}, {x, 'i'}, {x, 'j'},     \
    {x, 'k'}, {x, 'l'}, {x, 'm'}, {x, 'n'}, {x, 'o'}, {x, 'p'}, {x, 'q'}, {x, 'r'}, {x, 's'},     \
    {x, 't'}, {x, 'u'}, {x, 'v'}, {x, 'w'}, {x, 'x'}, {x, 'y'}, {x, 'z'}, {x, '0'}, {x, '1'},     \
    {x, '2'}, {x, '3'}, {x, '4'}, {x, '5'}, {x, '6'}, {x, '7'}, {x, '8'}, {x, '9'}, {x, '+'},     \
    {x, '/'}

/* Both characters of each 12 bits: replies are mostly base64, and this halves the look-ups. */
static const char pairs[4096][2] = {
    ROW('A'), ROW('B'), ROW('C'), ROW('D'), ROW('E'), ROW('F'), ROW('G'), ROW('H'), ROW('I'),
    ROW('J'), ROW('K'), ROW('L'), ROW('M'), ROW('N'), ROW('O'), ROW('P'), ROW('Q'), ROW('R'),
    ROW('S'), ROW('T'), ROW('U'), ROW('V'), ROW('W'), ROW('X'), ROW('Y'), ROW('Z'), ROW('a'),
    ROW('b'), ROW('c'), ROW('d'), ROW('e'), ROW('f'), ROW('g'), ROW('h'), ROW('i'), ROW('j'),
    ROW('k'), ROW('l'), ROW('m'), ROW('n'), ROW('o'), ROW('p'), ROW('q'), ROW('r'), ROW('s'),
    ROW('t'), ROW('u'), ROW('v'), ROW('w'), ROW('x'), ROW('y'), ROW('z'), ROW('0'), ROW('1'),
    ROW('2'), ROW('3'), ROW('4'), ROW('5'), ROW('6'), ROW('7'), ROW('8'), ROW('9'), ROW('+'),
    ROW('/'),
};
/* clang-format on */

size_t base64_length(size_t n)
{
    return n / 3 * 4 + (n % 3 == 0 ? 0 : 4);
}

/* The last one or two bytes, with padding. */
static void write_rest(char *out, const unsigned char *p, size_t n)
{
    uint32_t v = (uint32_t)p[0] << 16 | (n == 2 ? (uint32_t)p[1] << 8 : 0);

    out[0] = alphabet[v >> 18];
    out[1] = alphabet[v >> 12 & 63];
    out[2] = '=';
    if (n == 2)
        out[2] = alphabet[v >> 6 & 63];
    out[3] = '=';
}

void base64_write(char *out, const void *data, size_t n)
{
    const unsigned char *p = data;

    for (; n >= 8; n -= 6, p += 6, out += 8) { /* six of the eight bytes that are read at once */
        uint64_t v = 0;
        memcpy(&v, p, 8);
        v = be64toh(v);
        memcpy(out, pairs[v >> 52], 2);
        memcpy(out + 2, pairs[v >> 40 & 4095], 2);
        memcpy(out + 4, pairs[v >> 28 & 4095], 2);
        memcpy(out + 6, pairs[v >> 16 & 4095], 2);
    }
    for (; n >= 3; n -= 3, p += 3, out += 4) {
        uint32_t v = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
        memcpy(out, pairs[v >> 12], 2);
        memcpy(out + 2, pairs[v & 4095], 2);
    }
    if (n > 0)
        write_rest(out, p, n);
}

void base64_encode(struct buf *out, const void *data, size_t n)
{
    char *p = buf_extend(out, base64_length(n));
    if (p != NULL)
        base64_write(p, data, n);
}

#define BAD 0x40 /* no digit; survives | with digits */

/* Value of every character of the alphabet plus one, so that what is not named is 0. */
static const unsigned char digit_plus_one[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
};

static uint32_t digit(char c)
{
    unsigned char d = digit_plus_one[(unsigned char)c];
    return d == 0 ? BAD : d - 1U;
}

/* Four characters into three bytes; false if one is no digit. */
static bool read_four(const char *s, char *out)
{
    uint32_t a = digit(s[0]);
    uint32_t b = digit(s[1]);
    uint32_t c = digit(s[2]);
    uint32_t d = digit(s[3]);

    if (((a | b | c | d) & BAD) != 0)
        return false;
    out[0] = (char)(a << 2 | b >> 4);
    out[1] = (char)(b << 4 | c >> 2);
    out[2] = (char)(c << 6 | d);
    return true;
}

/* A last group of two or three digits and padding; the bits beyond the bytes must be zero. */
static bool read_padded(const char *s, size_t digits, char *out)
{
    char four[4] = {s[0], s[1], digits == 3 ? s[2] : 'A', 'A'};
    char three[3] = {0};

    if (!read_four(four, three) || three[digits - 1] != 0)
        return false;
    out[0] = three[0];
    if (digits == 3)
        out[1] = three[1];
    return true;
}

static bool read_all(const char *text, size_t n, size_t padding, char *out)
{
    size_t whole = padding == 0 ? n : n - 4;

    for (size_t i = 0; i < whole; i += 4, out += 3)
        if (!read_four(text + i, out))
            return false;
    return padding == 0 || read_padded(text + whole, 4 - padding, out);
}

enum err base64_decode(struct arena *a, const char *text, size_t n, char **ret, size_t *ret_len)
{
    size_t padding = 0;

    if (n % 4 != 0)
        return ERR_SYNTAX;
    while (padding < 2 && n > 0 && text[n - 1 - padding] == '=')
        padding++;
    size_t len = n / 4 * 3 - padding;
    char *out = arena_alloc(a, len + 1);
    if (out == NULL)
        return ERR_MEMORY;
    if (!read_all(text, n, padding, out))
        return ERR_SYNTAX;
    out[len] = '\0';
    *ret = out;
    *ret_len = len;
    return ERR_OK;
}
