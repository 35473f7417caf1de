using System.Runtime.InteropServices;
using System.Text.Json;

namespace DaprMemory.Core.Embeddings;

/// <summary>The weights of a TensorFlow.js graph model: <c>model.json</c> names them, the files beside it have them one after the other.</summary>
internal sealed class ModelWeights
{
    readonly Dictionary<string, (int Start, int[] Shape)> _places = new(StringComparer.Ordinal);
    readonly float[] _values;

    ModelWeights(JsonElement manifest, string folder)
    {
        var total = 0;
        foreach (var group in manifest.EnumerateArray())
        {
            foreach (var weight in group.GetProperty("weights").EnumerateArray())
            {
                // Integers take the same four bytes; they are part of the graph, which stands in code here.
                var shape = weight.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()).ToArray();
                _places[weight.GetProperty("name").GetString()!] = (total, shape);
                total = checked(total + shape.Aggregate(1, (a, b) => checked(a * b)));
            }
        }
        _values = new float[total];
        var rest = MemoryMarshal.AsBytes(_values.AsSpan());
        foreach (var group in manifest.EnumerateArray())
        {
            foreach (var path in group.GetProperty("paths").EnumerateArray())
            {
                using var file = File.OpenRead(Path.Combine(folder, Path.GetFileName(path.GetString()!)));
                var length = (int)Math.Min(file.Length, rest.Length + 1L);
                if (length > rest.Length)
                    throw new FormatException($"{path} is longer than the weights that it should have");
                file.ReadExactly(rest[..length]);
                rest = rest[length..];
            }
        }
        if (!rest.IsEmpty)
            throw new FormatException($"{rest.Length} bytes of weights are missing");
    }

    /// <summary>Reads the weights of the model in a folder.</summary>
    /// <exception cref="IOException">A file is not there or can't be read.</exception>
    /// <exception cref="FormatException">The files do not fit each other.</exception>
    public static ModelWeights Read(string folder)
    {
        try
        {
            using var model = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "model.json")));
            return new ModelWeights(model.RootElement.GetProperty("weightsManifest"), folder);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or OverflowException)
        {
            throw new FormatException($"model.json is not what it should be: {e.Message}", e);
        }
    }

    /// <summary>A weight of so many numbers.</summary>
    /// <exception cref="FormatException">There is none of that name and size.</exception>
    public ReadOnlySpan<float> this[string name, params ReadOnlySpan<int> shape]
    {
        get
        {
            var count = 1;
            foreach (var size in shape)
                count *= size;
            return _places.TryGetValue(name, out var place) && place.Shape.Aggregate(1, (a, b) => a * b) == count
                ? _values.AsSpan(place.Start, count)
                : throw new FormatException($"no weight {name} of {count} numbers");
        }
    }
}
