using System.Text.RegularExpressions;

namespace DaprMemory.LocalSidecar.Tests.Recordings;

/// <summary>A request and a real daprd's answer to it.</summary>
internal sealed partial record RecordedExchange(
    string Name,
    string Method,
    string Path,
    IReadOnlyDictionary<string, string> RequestHeaders,
    string? RequestBody,
    int Status,
    IReadOnlyDictionary<string, string> Headers,
    string Body)
{
    const string NoBody = "(empty body)";

    /// <summary>How long the recorder waited before this request; it says so in the name.</summary>
    public TimeSpan WaitedBefore => WaitPattern().Match(Name) is { Success: true } match
        ? TimeSpan.FromSeconds(double.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))
        : TimeSpan.Zero;

    public static IReadOnlyList<RecordedExchange> Read(string file)
    {
        var exchanges = new List<RecordedExchange>();
        var text = File.ReadAllText(System.IO.Path.Combine(AppContext.BaseDirectory, "Recordings", file));
        foreach (var block in text.Split("### ").Skip(1))
        {
            var lines = block.Split('\n').TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)).ToList();
            var sent = lines.Where(line => line.StartsWith("> ", StringComparison.Ordinal)).Select(line => line[2..]).ToList();
            var answered = lines.Where(line => line.StartsWith("< ", StringComparison.Ordinal)).Select(line => line[2..]).ToList();
            var call = CallPattern().Match(sent[0]);
            var status = StatusPattern().Match(answered[0]);
            exchanges.Add(new RecordedExchange(
                lines[0],
                call.Groups[1].Value,
                call.Groups[2].Value,
                Pairs(call.Groups[3].Value),
                sent.Count > 1 ? sent[1].Trim('b').Trim('\'') : null,
                int.Parse(status.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture),
                Pairs(status.Groups[2].Value),
                answered.Count > 1 && answered[1] != NoBody ? answered[1] : ""));
        }
        return exchanges;
    }

    static Dictionary<string, string> Pairs(string python) =>
        PairPattern().Matches(python).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value, StringComparer.OrdinalIgnoreCase);

    [GeneratedRegex(@"after ([0-9.]+) s$")]
    private static partial Regex WaitPattern();

    [GeneratedRegex(@"^([A-Z]+) (\S+)(.*)$")]
    private static partial Regex CallPattern();

    [GeneratedRegex(@"^(\d+)(.*)$")]
    private static partial Regex StatusPattern();

    [GeneratedRegex(@"'([^']+)': '([^']*)'")]
    private static partial Regex PairPattern();
}
