/*
 * A second seccomp filter, for the candidate's own program only: it makes no process and executes nothing, so it is one process for as long
 * as it lives. There is no fork bomb, no daemon that outlives it, and no sibling to wake it with SIGCONT while it is stopped.
 */
#define _GNU_SOURCE
#include "init.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the filter knows x86-64 and arm64 only"
#endif

#define LOAD(member) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))
#define IS(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (yes), (no))
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define REFUSE ANSWER(SECCOMP_RET_ERRNO | EPERM)
#define REFUSE_CALL(number) IS((number), 0, 1), REFUSE

int filter_install(const char *executable) {
  uint64_t path = (uint64_t)(uintptr_t)executable;
  struct sock_filter program[] = {
      LOAD(arch),
      IS(ARCHITECTURE, 1, 0),
      ANSWER(SECCOMP_RET_KILL_PROCESS),
      LOAD(nr),
#ifdef __x86_64__
      /* The x32 calls share the architecture's mark; none of them is needed. */
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
      REFUSE,
      REFUSE_CALL(__NR_fork),
      REFUSE_CALL(__NR_vfork),
#endif
      REFUSE_CALL(__NR_execveat),
      /* Its flags lie in memory, where a filter cannot look. ENOSYS makes the C library fall back to clone. */
      IS(__NR_clone3, 0, 1),
      ANSWER(SECCOMP_RET_ERRNO | ENOSYS),
      /* Threads only. */
      IS(__NR_clone, 0, 4),
      LOAD(args[0]),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0),
      REFUSE,
      ANSWER(SECCOMP_RET_ALLOW),
      /* The one execve that is ours is known by the address of its path in this program, which the next one does not contain. */
      IS(__NR_execve, 0, 5),
      LOAD(args[0]),
      IS((uint32_t)path, 0, 2),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0]) + 4),
      IS((uint32_t)(path >> 32), 1, 0),
      REFUSE,
      ANSWER(SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {.len = sizeof program / sizeof *program, .filter = program};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}
