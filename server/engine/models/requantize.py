"""Converts the Q4_1 tensors of a GGUF file to Q4_0, which CPUs verify faster (their kernels repack it).

usage: python -I requantize.py PACKAGES SOURCE TARGET

PACKAGES is a folder with the gguf package and numpy; SOURCE is read, TARGET is written. Tensors of other types are
copied bit for bit. The same SOURCE always gives the same TARGET. Prints "<done> <total>" in tensors.
"""

import sys


def main(packages: str, source: str, target: str) -> None:
    # -I hides PYTHONPATH and the user's packages, so the only gguf package that can be found is the private one.
    sys.path.insert(0, packages)
    import numpy
    from gguf import GGMLQuantizationType, GGUFReader, GGUFValueType, GGUFWriter, LlamaFileType
    from gguf.quants import dequantize, quantize

    reader = GGUFReader(source)
    architecture = reader.fields["general.architecture"].contents()
    writer = GGUFWriter(target, architecture)
    for name, field in reader.fields.items():
        # The writer adds the header fields and the architecture itself.
        if name.startswith("GGUF.") or name == "general.architecture":
            continue
        value = int(LlamaFileType.MOSTLY_Q4_0) if name == "general.file_type" else field.contents()
        inner = field.types[-1] if field.types[0] == GGUFValueType.ARRAY else None
        writer.add_key_value(name, value, field.types[0], sub_type=inner)

    total = len(reader.tensors)
    for done, tensor in enumerate(reader.tensors):
        if tensor.tensor_type == GGMLQuantizationType.Q4_1:
            values = dequantize(tensor.data, GGMLQuantizationType.Q4_1)
            data = quantize(values, GGMLQuantizationType.Q4_0)
            kind = GGMLQuantizationType.Q4_0
        else:
            data, kind = numpy.array(tensor.data), tensor.tensor_type
        writer.add_tensor(tensor.name, data, raw_shape=data.shape, raw_dtype=kind)
        if done % 16 == 15:
            print(done + 1, total, flush=True)

    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file(progress=False)
    writer.close()
    print(total, total, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
