"""The exercises, one file each: task, judge, hints, solution, and plausible wrong answers."""
