"""Whether the figures can be trusted: the box of every paper, and the sections of the paper on data quality."""
