"""The forms in which campaigns are exchanged, one file each; all_formats has the table."""
