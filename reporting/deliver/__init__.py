"""Ways to a recipient: a messenger, a mail server, a folder.

A way takes one part of a parcel and either says under which number it was taken, or raises one of
the errors of ``reporting.deliver.errors``, which tell apart what was surely not delivered from what
may have been.
"""
