package proofrun;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;

/** CPU time of this process in nanoseconds. The JDK's own figure moves in steps of 10 ms, too coarse for single calls. */
final class ProcessCpu {
  private static final int CLOCK_PROCESS_CPUTIME_ID = 2;
  private static final Function CLOCK_GETTIME = NativeLibrary.getProcess().getFunction("clock_gettime");

  private ProcessCpu() {}

  static long nanos() {
    try (Memory time = new Memory(16)) {
      int failed = CLOCK_GETTIME.invokeInt(new Object[] {CLOCK_PROCESS_CPUTIME_ID, time});
      if (failed != 0) throw new IllegalStateException("clock_gettime answered " + failed);
      return time.getLong(0) * 1_000_000_000L + time.getLong(8);
    }
  }
}
