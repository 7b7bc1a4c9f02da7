"""The paper on the improvement journey: what was asked for and promised, and what the figures say of it."""
