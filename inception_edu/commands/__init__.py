"""The commands of `inception-edu`, one a module, and the console around them."""
