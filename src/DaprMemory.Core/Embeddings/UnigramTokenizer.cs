using System.Collections.Frozen;
using System.Text.Json;

namespace DaprMemory.Core.Embeddings;

/// <summary>
/// SentencePiece's unigram model: of all ways to cut a text into pieces of the vocabulary, the likeliest. It gives the ids that the
/// embedded model was published with, down to what is odd in the published code: a cut at which no piece ends counts as an unknown piece.
/// </summary>
internal sealed class UnigramTokenizer
{
    const char WordStart = '\u2581';
    const int Unknown = 0;

    /// <summary>Ids below this mark beginnings, ends and the unknown; no text is cut into them.</summary>
    const int Reserved = 6;

    readonly FrozenDictionary<string, (int Id, double Score)> _pieces;
    readonly int[] _lengths;

    UnigramTokenizer(List<(string Piece, double Score)> vocabulary)
    {
        var pieces = new Dictionary<string, (int, double)>(vocabulary.Count, StringComparer.Ordinal);
        // Of pieces that are there more than once, the last counts.
        for (var id = Reserved; id < vocabulary.Count; id++)
            pieces[vocabulary[id].Piece] = (id, vocabulary[id].Score);
        _pieces = pieces.ToFrozenDictionary(StringComparer.Ordinal);
        _lengths = [.. vocabulary.Select(entry => entry.Piece.Length)];
        LongestPiece = pieces.Keys.Max(piece => piece.Length);
    }

    /// <summary>How many ids there are.</summary>
    public int Count => _lengths.Length;

    int LongestPiece { get; }

    /// <summary>Reads a vocabulary: a JSON array of pieces with their logarithmic probabilities, in the order of their ids.</summary>
    /// <exception cref="FormatException">The text is no such array.</exception>
    public static UnigramTokenizer Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            var vocabulary = new List<(string, double)>();
            foreach (var entry in document.RootElement.EnumerateArray())
            {
                // Where the published file has no number, its own reader takes it for none: zero.
                var score = entry[1].ValueKind == JsonValueKind.Null ? 0 : entry[1].GetDouble();
                vocabulary.Add((entry[0].GetString() is { Length: > 0 } piece ? piece : throw new FormatException("a piece of the vocabulary is empty"), score));
            }
            return vocabulary.Count > Reserved ? new UnigramTokenizer(vocabulary) : throw new FormatException("the vocabulary is empty");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new FormatException($"no vocabulary: {e.Message}", e);
        }
    }

    /// <summary>Cuts a text; unknown pieces in a row are one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="limit">How many ids are wanted at most: the first.</param>
    public int[] Encode(string text, int limit)
    {
        // A whole book need not be looked at. Only a run of thousands of unknown characters, which are one piece, would reach farther.
        var read = Math.Min(text.Length, (limit + 1) * LongestPiece * 2);
        var normalized = CompatibilityForm.Normalize(text.Length == read ? text : text[..read]);
        if (normalized.Length == 0)
            return [];
        var symbols = string.Concat(WordStart.ToString(), normalized).Replace(' ', WordStart);
        var best = new double[symbols.Length + 1];
        var words = new int[symbols.Length + 1];
        Weigh(symbols, best, words);

        var ids = new List<int>(symbols.Length / 3 + 1);
        for (var end = symbols.Length; end > 0; end -= _lengths[words[end]])
        {
            if (words[end] != Unknown || ids.Count == 0 || ids[^1] != Unknown)
                ids.Add(words[end]);
        }
        ids.Reverse();
        return ids.Count <= limit ? [.. ids] : [.. ids.Take(limit)];
    }

    void Weigh(string symbols, double[] best, int[] words)
    {
        var lookup = _pieces.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var start = 0; start < symbols.Length; start++)
        {
            var isKnown = false;
            var longest = Math.Min(LongestPiece, symbols.Length - start);
            for (var length = 1; length <= longest; length++)
            {
                if (!lookup.TryGetValue(symbols.AsSpan(start, length), out var piece))
                    continue;
                isKnown = true;
                Offer(start + length, best[start] + piece.Score, piece.Id);
            }
            if (!isKnown)
                Offer(start + 1, best[start], Unknown);
        }

        void Offer(int end, double score, int id)
        {
            // Zero is "none yet"; of equals, the later and so shorter piece wins.
            if (best[end] == 0 || score >= best[end])
                (best[end], words[end]) = (score, id);
        }
    }
}
