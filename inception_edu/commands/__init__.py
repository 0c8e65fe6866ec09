"""The commands of `inception-edu`, one a module, and the console around them.

All of these modules are imported for every command, so what one needs of the package it imports where it runs.
"""
