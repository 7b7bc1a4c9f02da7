"""From notebooks to papers: plan, execute, render, and swap in as a whole."""
