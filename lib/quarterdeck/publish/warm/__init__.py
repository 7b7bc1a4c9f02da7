"""Kernels forked from a warm parent, which has imported pandas, matplotlib and the library once for all papers.

`parent` is the process that forks; `control` speaks to it; `provisioner` is what Jupyter knows of it, by the kernelspec
"quarterdeck" in `jupyter/`. A parent lives as long as the run that started it and holds no data: each paper still has a
kernel of its own, and nothing passes from one to the next.
"""

from __future__ import annotations

from pathlib import Path

KERNEL = "quarterdeck"
"""The name of the kernelspec."""
JUPYTER_PATH = Path(__file__).parent / "jupyter"
"""What JUPYTER_PATH is given, so that JupyterLab and papermill find the kernelspec."""
