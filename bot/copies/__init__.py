"""A copy of everything that is kept of a person (個資法第3條): gathered, written out, handed over.

`sections` and `dealings` say in words what stands in the rows; `spreadsheet` and `page` write the same in two
forms; `worker` does it all, one job at a time, outside the pipeline's batches.
"""
