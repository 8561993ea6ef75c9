#pragma once
/* Without this there is no *_wch, no cchar_t and no wint_t. */
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>

/* Missing from Swift's Glibc module, which hides them behind feature macros. */
extern int wcwidth(wchar_t character);
extern int posix_openpt(int flags);
extern int grantpt(int fd);
extern int unlockpt(int fd);
extern char *ptsname(int fd);
extern int memfd_create(const char *name, unsigned int flags);

/* What Swift cannot import: macros with arguments or casts, and globals, which it calls unsafe. */
static inline WINDOW *cn_stdscr(void) { return stdscr; }
static inline void cn_del_curterm(void) { del_curterm(cur_term); }
static inline int cn_color_pairs(void) { return COLOR_PAIRS; }
static inline attr_t cn_bold(void) { return A_BOLD; }
static inline attr_t cn_dim(void) { return A_DIM; }
static inline attr_t cn_underline(void) { return A_UNDERLINE; }
static inline attr_t cn_reverse(void) { return A_REVERSE; }
static inline attr_t cn_italic(void) { return A_ITALIC; }

/* A terminfo string of the current terminal; NULL where it has none. tigetstr returns (char *)-1 for a name that is
   no string, which Swift cannot compare. */
static inline const char *cn_string(const char *name) {
    char *value = tigetstr((char *)name);
    return value == (char *)-1 ? NULL : value;
}

/* One cell: a base character and two marks, 0 where there is none. Pairs above 255 go through the last argument. */
static inline void cn_set_cell(cchar_t *cell, wchar_t base, wchar_t mark1, wchar_t mark2, attr_t attributes, int pair) {
    wchar_t text[4] = {base, mark1, mark2, 0};
    setcchar(cell, text, attributes, (short)pair, &pair);
}
