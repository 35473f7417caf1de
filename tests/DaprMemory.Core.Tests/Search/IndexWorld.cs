using DaprMemory.Core.Search;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Tests.Search;

/// <summary>Random memories and queries of a small world, in which much is alike: the same words, turns, authors, vectors.</summary>
internal sealed class IndexWorld(int seed)
{
    public static readonly DateTimeOffset Now = new(2024, 6, 1, 12, 0, 0, TimeSpan.Zero);

    static readonly string[] Words =
    [
        "paint", "painting", "sunrise", "dance", "studio", "yesterday", "Paris", "dog", "the", "what", "launch", "launched", "14", "May", "2024", "東京", "Ann", "Bob", "why?", "really?", "no.",
        "recipe", "dessert", "hiking", "trail", "mountain",
    ];

    static readonly string[] Agents = ["Ann", "Bob", "planner-1"];
    static readonly string[] Tags = ["red", "green", "blue"];

    public Random Random { get; } = new(seed);

    public string Id() => $"m{Random.Next(40)}";

    public MemoryDocument Document() => Document(Id());

    public MemoryDocument Document(string id) => new(id, new ETag(1, 0), Text(12), Pick(Agents), Now.AddHours(-Random.Next(3000)))
    {
        Session = Random.Next(4) == 0 ? null : $"s{Random.Next(3)}",
        Turn = Random.Next(6) == 0 ? null : Random.Next(12),
        Tags = Random.Next(2) == 0 ? null : [.. Tags.Where(_ => Random.Next(2) == 0)],
        Importance = Random.Next(5) / 4.0,
        ValidFrom = Random.Next(4) == 0 ? Time() : null,
        ValidTo = Random.Next(4) == 0 ? Time() : null,
        ExpiresAt = Random.Next(5) == 0 ? Time() : null,
        Links = Random.Next(4) == 0 ? [Id(), Id()] : null,
    };

    public string Text(int most) => string.Join(' ', Enumerable.Range(0, Random.Next(most)).Select(_ => Pick(Words)));

    public float[] Vector(int dimensions)
    {
        var vector = new float[dimensions];
        for (var i = 0; i < dimensions; i++)
            vector[i] = Random.Next(-3, 4);
        var length = MathF.Sqrt(vector.Sum(x => x * x));
        return length == 0 ? Vector(dimensions) : Array.ConvertAll(vector, x => x / length);
    }

    public MemoryQuery Query(int? dimensions = null) => new(Text(7), Now)
    {
        Limit = 1 + Random.Next(50),
        Mode = (SearchMode)Random.Next(3),
        Vector = dimensions is { } d && Random.Next(3) > 0 ? Vector(d) : null,
        Filter = Random.Next(2) == 0 ? MemoryFilter.None : Filter(),
    };

    public MemoryFilter Filter() => new()
    {
        Tags = [.. Tags.Where(_ => Random.Next(4) == 0)],
        Agents = Random.Next(2) == 0 ? [] : [.. Agents.Where(_ => Random.Next(2) == 0)],
        Session = Random.Next(3) == 0 ? $"s{Random.Next(4)}" : null,
        From = Random.Next(4) == 0 ? Time() : null,
        To = Random.Next(4) == 0 ? Time() : null,
        MinImportance = Random.Next(2) / 4.0,
        AsOf = Random.Next(3) == 0 ? Time() : null,
        IncludeInvalid = Random.Next(3) == 0,
    };

    DateTimeOffset Time() => Now.AddHours(Random.Next(-2000, 1000));

    T Pick<T>(T[] from) => from[Random.Next(from.Length)];
}
