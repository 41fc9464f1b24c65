"""The rules, pure: values in, values out. Nothing here waits, reads a clock, or knows a library of the outside."""
