using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using DaprMemory.Core.Sessions;

namespace DaprMemory.Hosting.Scatter;

/// <summary>
/// The best hits of several spaces. Scores are probabilities, made of what is calibrated in each space, so they compare; hits with one score
/// stand in the order of the spaces in the request, and those of one space in its own. Whatever the order in which replies come, the result
/// is the same, and never more is held than an answer may have, beside the replies that are just being read.
/// </summary>
internal sealed class MergedHits(int limit)
{
    /// <summary>The most bytes of hits in an answer, as for a search of one space: what stands around them fits into 4 MiB, too.</summary>
    const int MaxBytes = 4 * 1024 * 1024 - 128 * 1024;

    readonly Lock _lock = new();
    List<Hit> _best = [];
    long _found;

    /// <summary>Takes in what a space answered.</summary>
    /// <param name="place">The space's place in the request.</param>
    /// <param name="space">The space.</param>
    /// <param name="answer">Its answer.</param>
    /// <exception cref="JsonException">It is not the answer to a search.</exception>
    public void Add(int place, string space, JsonElement answer)
    {
        var hits = new List<Hit>();
        foreach (var item in Member(answer, "items", JsonValueKind.Array).EnumerateArray())
            hits.Add(new Hit(Member(item, "score", JsonValueKind.Number).GetDouble(), place, hits.Count, space, JsonMarshal.GetRawUtf8Value(item).ToArray()));
        var left = answer.TryGetProperty("left", out var count) ? count.GetInt64() : 0;
        lock (_lock)
        {
            _found += hits.Count + left;
            _best = [.. _best.Concat(hits).Order(BestFirst).Take(limit)];
            long bytes = 0;
            var fitting = _best.TakeWhile(hit => (bytes += hit.Json.Length + hit.Space.Length) <= MaxBytes).Count();
            _best.RemoveRange(fitting, _best.Count - fitting);
        }
    }

    /// <summary>Writes the hits, the best first, and how many more there are that had no room.</summary>
    /// <param name="writer">Stands within an object.</param>
    /// <param name="tokens">Counts texts.</param>
    /// <param name="maxTokens">How many tokens the texts of all hits may have, those around them included.</param>
    public void Write(Utf8JsonWriter writer, ITokenCounter tokens, long maxTokens)
    {
        var written = 0;
        writer.WriteStartArray("items");
        foreach (var hit in _best)
        {
            var count = maxTokens == long.MaxValue ? 0 : CountTokens(hit, tokens);
            if (count > maxTokens)
                continue;
            maxTokens -= count;
            written++;
            writer.WriteRawValue(Named(hit).WrittenSpan, skipInputValidation: true);
        }
        writer.WriteEndArray();
        if (Math.Min(limit, _found) - written is > 0 and var left)
            writer.WriteNumber("left", left);
    }

    // A hit's JSON stays as it is, byte for byte, but for the space at its head.
    static ArrayBufferWriter<byte> Named(Hit hit)
    {
        var json = new ArrayBufferWriter<byte>(hit.Json.Length + hit.Space.Length + 16);
        // Names of spaces need no escapes.
        json.Write("{\"space\":\""u8);
        Encoding.ASCII.GetBytes(hit.Space, json);
        json.Write("\","u8);
        json.Write(hit.Json.AsSpan(1));
        return json;
    }

    static long CountTokens(Hit hit, ITokenCounter tokens)
    {
        using var item = JsonDocument.Parse(hit.Json);
        var count = CountText(item.RootElement);
        return item.RootElement.TryGetProperty("context", out var context) ? count + context.EnumerateArray().Sum(CountText) : count;

        long CountText(JsonElement of) => tokens.Count(Member(Member(of, "memory", JsonValueKind.Object), "text", JsonValueKind.String).GetString()!);
    }

    static JsonElement Member(JsonElement of, string name, JsonValueKind kind) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var member) && member.ValueKind == kind
            ? member
            : throw new JsonException($"an answer to a search has {name}");

    static readonly IComparer<Hit> BestFirst = Comparer<Hit>.Create(static (a, b) =>
        b.Score.CompareTo(a.Score) is not 0 and var byScore ? byScore : a.Place.CompareTo(b.Place) is not 0 and var byPlace ? byPlace : a.Rank.CompareTo(b.Rank));

    readonly record struct Hit(double Score, int Place, int Rank, string Space, byte[] Json);
}
