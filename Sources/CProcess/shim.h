#pragma once
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* Missing from Swift's Glibc module, which hides them behind feature macros. */
extern int pipe2(int fds[2], int flags);
extern int unshare(int flags);
extern long syscall(long number, ...);
#ifndef CLONE_NEWNS
#define CLONE_NEWNS 0x00020000
#endif
#ifndef CLONE_NEWUSER
#define CLONE_NEWUSER 0x10000000
#endif

/* A pipe whose ends no process inherits. */
static inline int cp_pipe(int fds[2]) { return pipe2(fds, O_CLOEXEC); }

static inline int cp_write_file(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    ssize_t written = write(fd, text, strlen(text));
    close(fd);
    return written < 0 ? -1 : 0;
}

/* Puts a folder of the process's own in the place of /tmp. What cannot be had is left: the caller's TMPDIR stays. */
static inline void cp_take_private_tmp(const char *folder, const char *uid_map, const char *gid_map) {
    if (unshare(CLONE_NEWNS) != 0) {
        if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return;
        if (cp_write_file("/proc/self/setgroups", "deny") != 0) return;
        if (cp_write_file("/proc/self/uid_map", uid_map) != 0) return;
        if (cp_write_file("/proc/self/gid_map", gid_map) != 0) return;
    }
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return;
    (void)mount(folder, "/tmp", NULL, MS_BIND, NULL);
}

static inline void cp_close_from(int first) {
    if (syscall(SYS_close_range, first, ~0U, 0) == 0) return;
    struct rlimit limit;
    int last = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 1048576 ? (int)limit.rlim_cur : 1048576;
    for (int fd = first; fd < last; fd++) close(fd);
}

/* Starts a program as the leader of a process group of its own: no input, output and errors into `output`, no other
   descriptor, signals as they are by default, `open_files` descriptors at most, no core dump, first in the kernel's
   choice when memory runs out. It is killed when the thread that called this ends, so that it does not outlive a
   caller that is itself killed. `tmp`, if not NULL, is what it sees as /tmp, where the machine allows that.

   Returns its process id, or -1 with errno: why it could not be forked, or why the folder or program could not be
   entered. */
static inline pid_t cp_spawn(
    const char *program, char *const arguments[], char *const environment[], const char *folder, int output,
    const char *tmp, int open_files
) {
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) return -1;
    char uid_map[64], gid_map[64];
    snprintf(uid_map, sizeof uid_map, "%u %u 1", (unsigned)geteuid(), (unsigned)geteuid());
    snprintf(gid_map, sizeof gid_map, "%u %u 1", (unsigned)getegid(), (unsigned)getegid());
    pid_t parent = getpid();
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = fork();
    if (child == 0) {
        /* Only what is safe after a fork of a process with threads. */
        setpgid(0, 0);
        for (int number = 1; number < 65; number++) {
            struct sigaction action;
            memset(&action, 0, sizeof action);
            action.sa_handler = SIG_DFL;
            if (number != SIGKILL && number != SIGSTOP) sigaction(number, &action, NULL);
        }
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        cp_write_file("/proc/self/oom_score_adj", "1000");
        if (tmp) cp_take_private_tmp(tmp, uid_map, gid_map);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        /* The parent may have gone before that was said. */
        if (getppid() != parent) _exit(127);
        struct rlimit none_at_all = {0, 0};
        setrlimit(RLIMIT_CORE, &none_at_all);
        struct rlimit files;
        if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
            rlim_t wanted = (rlim_t)open_files;
            if (wanted > files.rlim_max) wanted = files.rlim_max;
            files.rlim_cur = files.rlim_max = wanted;
            setrlimit(RLIMIT_NOFILE, &files);
        }
        int saved = fcntl(report[1], F_DUPFD_CLOEXEC, 3);
        int copy = fcntl(output, F_DUPFD_CLOEXEC, 3);
        int null = open("/dev/null", O_RDONLY);
        if (saved >= 0 && copy >= 0 && null >= 0 && dup2(null, 0) == 0 && dup2(copy, 1) == 1 && dup2(copy, 2) == 2
            && dup2(saved, 3) == 3) {
            cp_close_from(4);
            fcntl(3, F_SETFD, FD_CLOEXEC);
            if (chdir(folder) == 0) execve(program, arguments, environment);
            saved = 3;
        }
        int error = errno;
        ssize_t ignored = write(saved, &error, sizeof error);
        (void)ignored;
        _exit(127);
    }
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(report[1]);
    if (child > 0) {
        int reported = 0;
        ssize_t count;
        do { count = read(report[0], &reported, sizeof reported); } while (count < 0 && errno == EINTR);
        if (count == (ssize_t)sizeof reported) {
            while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
            child = -1;
            error = reported;
        }
    }
    close(report[0]);
    errno = error;
    return child;
}

/* Waits until a child of this process has ended, without reaping it: its id stays its own. */
static inline void cp_wait_for_end(pid_t child) {
    siginfo_t info;
    while (waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {}
}

/* Reaps a child that has ended. The status as `wait` has it; -1 if there is none. */
static inline int cp_reap(pid_t child) {
    int status = -1;
    pid_t reaped;
    do { reaped = waitpid(child, &status, 0); } while (reaped < 0 && errno == EINTR);
    return reaped == child ? status : -1;
}

static inline int cp_exit_status(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }
static inline int cp_signal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }
