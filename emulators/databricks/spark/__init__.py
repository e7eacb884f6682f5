"""The warm Spark process: one JVM, one Python, a session per caller."""
