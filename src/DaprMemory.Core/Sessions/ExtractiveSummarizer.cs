using System.Buffers;
using System.Text.RegularExpressions;

namespace DaprMemory.Core.Sessions;

/// <summary>
/// The default, without a model: it picks sentences, as they were said, that have what the conversation comes back to, and names and numbers.
/// The same turns always give the same summary.
/// </summary>
public sealed partial class ExtractiveSummarizer(ITokenCounter tokens) : ISummarizer
{
    /// <summary>What readers are told of summaries that were made this way.</summary>
    public const string MethodName = "extractive";

    const int MaxSentenceLength = 300;
    const int MinWordLength = 3;

    // What every English conversation has and none is about. In other languages long words and repetition must do.
    static readonly HashSet<string> Common = new(
        ("the and for are was were you your yours our ours his her hers its their they them that this these those with from have has had not but what when where who whom "
        + "which why how all any both each few more most other some such than too very can could will would shall should may might must did does doing done been being "
        + "into onto over under about after before again then once here there also just only own same yes yeah okay well really like get got let one out off she him "
        + "thanks thank please hello hey sure know think good great nice").Split(' '),
        StringComparer.OrdinalIgnoreCase);

    static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    /// <inheritdoc />
    public string Method => MethodName;

    /// <inheritdoc />
    public Task<string> SummarizeAsync(string? previous, IReadOnlyList<Turn> turns, int maxTokens, CancellationToken cancellationToken) =>
        Task.FromResult(Summarize(previous, turns, maxTokens));

    string Summarize(string? previous, IReadOnlyList<Turn> turns, int maxTokens)
    {
        var sentences = Sentences(previous, turns).DistinctBy(sentence => sentence.Text).ToList();
        var weights = new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase);
        foreach (var word in sentences.SelectMany(sentence => sentence.Words))
            weights[word] = weights.GetValueOrDefault(word) + 1;
        foreach (var word in weights.Keys)
            weights[word] = Math.Log(1 + weights[word]);

        var chosen = new SortedSet<int>();
        var costs = sentences.Select(sentence => tokens.Count(sentence.Text + "\n")).ToList();
        var left = Enumerable.Range(0, sentences.Count).Where(i => sentences[i].Words.Count > 0).ToList();
        while (true)
        {
            left.RemoveAll(i => costs[i] > maxTokens);
            if (left.Count == 0)
                return string.Join('\n', chosen.Select(i => sentences[i].Text));
            var best = left.MaxBy(i => sentences[i].Score(weights));
            left.Remove(best);
            chosen.Add(best);
            maxTokens -= costs[best];
            // What is told once need not be told again.
            foreach (var word in sentences[best].Words)
                weights[word] /= 4;
        }
    }

    static IEnumerable<Sentence> Sentences(string? previous, IReadOnlyList<Turn> turns)
    {
        foreach (var line in previous?.Split('\n') ?? [])
            yield return Sentence.Of(line, line[(line.IndexOf(": ", StringComparison.Ordinal) + 1)..]);
        foreach (var turn in turns)
        {
            foreach (var said in SentenceEnd().Split(turn.GetText()).Select(text => text.Trim()).Where(text => text.Length > 0))
            {
                var text = said.Length <= MaxSentenceLength ? said : said[..(char.IsHighSurrogate(said[MaxSentenceLength - 1]) ? MaxSentenceLength - 1 : MaxSentenceLength)] + "…";
                yield return Sentence.Of($"{turn.Agent}: {text}", text);
            }
        }
    }

    [GeneratedRegex(@"(?<=[.!?…。！？])\s+|[\r\n]+")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"[\p{L}\p{M}\p{Nd}]+(?:['’.-][\p{L}\p{M}\p{Nd}]+)*")]
    private static partial Regex Word();

    sealed record Sentence(string Text, IReadOnlyList<string> Words, int Facts)
    {
        public static Sentence Of(string text, string said)
        {
            var words = Word().Matches(said);
            // A capital that no sentence's beginning explains is a name, as a rule; digits are times, sums and versions.
            var facts = words.Count(word => word.Value.AsSpan().ContainsAny(Digits) || (char.IsUpper(word.Value[0]) && word.Index > 0 && word.Length > 1));
            var content = words.Select(word => word.Value).Where(word => word.Length >= MinWordLength && !Common.Contains(word)).Distinct(StringComparer.OrdinalIgnoreCase);
            return new Sentence(text, [.. content], facts);
        }

        /// <summary>How much it tells for its length.</summary>
        public double Score(Dictionary<string, double> weights) => (Words.Sum(word => weights[word]) + Facts) / (4 + Words.Count);
    }
}
