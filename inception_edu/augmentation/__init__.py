"""What is done to pictures: whole batches on the device (`batches`), or one picture at a time (`pictures`).

`spec` says it as data, `pipelines` turns that into code. Import from the file itself: `spec` needs no torch.
"""
