"""Starts the JVM ourselves instead of through `spark-submit`: one process less, and every flag in one list."""

import ctypes
import glob
import hashlib
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

FLAGS = [
    ("-Xmx4g", "room for a few million rows beside the caches"),
    ("-Xss4m", "deep query plans recurse"),
    # A collector of one thread stopped all cores for 15 s of three minutes of small batches; this one for 4.
    ("-XX:+UseParallelGC", "a thread for each core while all else waits, and none while it works"),
    ("-XX:ReservedCodeCacheSize=512m", "generated code of many queries is kept"),
    # A round of small batches is a third faster after a few minutes than without the optimising compiler, and a million
    # readings too; with its own thresholds it takes as much time as it saves in the first minutes.
    ("-XX:Tier4InvocationThreshold=50000", "the optimising compiler is for what is called ten times as often as usual"),
    ("-XX:Tier4MinInvocationThreshold=6000", "the same"),
    ("-XX:Tier4CompileThreshold=150000", "the same"),
    ("-XX:Tier4BackEdgeThreshold=400000", "the same, for loops"),
    ("-XX:MaxInlineLevel=9", "what it compiles is smaller: a third less time for it, and what comes of it is as fast"),
    ("-XX:InlineSmallCode=1000", "the same"),
    ("-XX:-UsePerfData", "no shared memory file that a kill would leave behind"),
    ("-Xshare:auto", "an archive that does not fit is ignored, never fatal"),
    ("-Xlog:cds=off", "the archive's remarks are of no use to a reader of the log"),
    ("-Xlog:cds+dynamic=off", "the same"),
    ("-Djava.net.preferIPv4Stack=true", "loopback means 127.0.0.1"),
    ("-Djava.awt.headless=true", "no display"),
    ("-Djdk.reflect.useDirectMethodHandle=false", "what Spark asks for on this Java"),
    ("-Dio.netty.tryReflectionSetAccessible=true", "what Arrow asks for on this Java"),
]

OPENED = [
    "java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio", "java.util",
    "java.util.concurrent", "java.util.concurrent.atomic", "jdk.internal.ref", "sun.nio.ch", "sun.nio.cs",
    "sun.security.action", "sun.util.calendar",
]  # fmt: skip


def java_binary():
    home = os.environ.get("JAVA_HOME")
    binary = os.path.join(home, "bin", "java") if home else shutil.which("java")
    if not binary or not os.path.exists(binary):
        raise RuntimeError("Java was not found. Install Java 17 or set JAVA_HOME.")
    return binary


def class_path(jars):
    """Delta first, then Spark, as names and not as a folder: a class-data archive refuses folders."""
    import importlib.util

    spark = os.path.dirname(importlib.util.find_spec("pyspark").origin)
    delta = sorted(glob.glob(os.path.join(jars, "*.jar")))
    if not delta:
        raise RuntimeError(f"No jar lies in '{jars}'. Fetch the Delta jars first.")
    return delta + sorted(glob.glob(os.path.join(spark, "jars", "*.jar"))), spark


def die_with_parent():
    """Runs in the child. Closing its input ends the JVM too, but only after it has tidied up, beside its successor."""
    os.setsid()
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


class Jvm:
    """The child process, and how Python reaches it. It ends by itself when its standard input closes."""

    def __init__(self, jars, archives, draws, environment=None):
        files, self.spark_home = class_path(jars)
        stamp = hashlib.sha256("\n".join(files).encode()).hexdigest()[:16]
        self.archive = os.path.join(archives, f"spark-{stamp}.jsa")
        self.flags = [flag for flag, _ in FLAGS]
        self.folder = tempfile.mkdtemp(prefix="gateway-")
        self.drawn = f"{self.archive}.{os.getpid()}" if draws else None
        self.leaving = False
        self.child = self._start(files, environment or {})

    def _start(self, files, environment):
        command = [java_binary(), *self.flags, *self._archive_flags()]
        command += [f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in OPENED]
        command += ["-cp", ":".join(files), "org.apache.spark.api.python.PythonGatewayServer"]
        environment = {
            **os.environ,
            **environment,
            "SPARK_HOME": self.spark_home,
            # Java takes the letters of file names from it, and loses those that it does not have.
            "LC_ALL": "C.UTF-8",
            # Without it, Spark tells itself by the address that the machine has in its network.
            "SPARK_LOCAL_IP": "127.0.0.1",
            "_PYSPARK_DRIVER_CONN_INFO_PATH": os.path.join(self.folder, "port"),
        }
        return subprocess.Popen(command, stdin=subprocess.PIPE, env=environment, preexec_fn=die_with_parent)

    def _archive_flags(self):
        """Classes that were loaded once come from one mapped file, which more than halves the start."""
        if self.drawn:
            os.makedirs(os.path.dirname(self.archive), exist_ok=True)
            return [f"-XX:ArchiveClassesAtExit={self.drawn}"]
        return [f"-XX:SharedArchiveFile={self.archive}"] if os.path.exists(self.archive) else []

    def connect(self, seconds):
        """Waits until the gateway has written its port, and tells pyspark through its own variables."""
        port_file, deadline = os.path.join(self.folder, "port"), time.monotonic() + seconds
        while not os.path.exists(port_file):
            if self.child.poll() is not None:
                raise RuntimeError(
                    f"The JVM ended with code {self.child.returncode} before it was ready. See spark.log."
                )
            if time.monotonic() > deadline:
                raise RuntimeError(f"The JVM was not ready within {seconds} seconds. See spark.log.")
            time.sleep(0.01)
        with open(port_file, "rb") as file:
            (port, length) = struct.unpack(">ii", file.read(8))
            secret = file.read(length).decode()
        shutil.rmtree(self.folder)
        os.environ.update(PYSPARK_GATEWAY_PORT=str(port), PYSPARK_GATEWAY_SECRET=secret, SPARK_HOME=self.spark_home)

    def end(self, seconds):
        """Lets the JVM leave in order, because only then is the class-data archive written."""
        self.leaving = True
        self.child.stdin.close()
        try:
            self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.child.send_signal(signal.SIGKILL)
            self.child.wait()
        if self.drawn and os.path.exists(self.drawn):
            os.replace(self.drawn, self.archive)
