#pragma once
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

/* Missing from Swift's Glibc module: they hide behind _XOPEN_SOURCE. */
extern int wcwidth(wchar_t character);
extern int posix_openpt(int flags);
extern int grantpt(int fd);
extern int unlockpt(int fd);
extern char *ptsname(int fd);
