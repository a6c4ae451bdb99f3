# What a trial of the `copy` benchmark is compared with: an allocation and a memcpy of as many bytes.
import array
import json
import sys
import timeit


def main(request):
    source = array.array('f', [i % 7 for i in range(request['elements'])])
    timer = timeit.Timer('bytearray(view)', globals={'view': memoryview(source).cast('B')})
    best = min(timer.repeat(request['repeats'], request['calls'])) / request['calls'] * 1e9
    return {'proof': {'sum': sum(source)}, 'metrics': {'in': best, 'out': best}}


print(json.dumps(main(json.loads(sys.argv[1]))))
