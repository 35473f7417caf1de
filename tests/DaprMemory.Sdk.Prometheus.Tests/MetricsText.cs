using System.Globalization;
using System.Text.RegularExpressions;

namespace Prometheus.Tests;

/// <summary>A strict reader of Prometheus' text format 0.0.4, stricter than the server: everything that it leaves open is refused here.</summary>
internal sealed partial class MetricsText
{
    readonly Dictionary<string, string> _types = [];
    readonly Dictionary<string, string> _help = [];
    readonly Dictionary<string, double> _samples = [];

    /// <summary>Type by family name.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>Unescaped help by family name.</summary>
    public IReadOnlyDictionary<string, string> Help => _help;

    /// <summary>Value by name and labels as they were written.</summary>
    public IReadOnlyDictionary<string, double> Samples => _samples;

    public static MetricsText Parse(string text)
    {
        var result = new MetricsText();
        if (text.Length > 0)
            text[^1].ShouldBe('\n', "the last line ends too");
        text.ShouldNotContain('\r');
        var family = "";
        foreach (var line in text.Split('\n').SkipLast(1))
            family = result.ParseLine(line, family);
        result.CheckHistograms();
        return result;
    }

    [GeneratedRegex(@"^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^\\]|\\\\|\\n)*)$")]
    private static partial Regex HelpLine { get; }

    [GeneratedRegex(@"^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)$")]
    private static partial Regex TypeLine { get; }

    [GeneratedRegex(@"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*=""(?:[^""\\\n]|\\\\|\\""|\\n)*"",?)+)\})? (\S+)$")]
    private static partial Regex SampleLine { get; }

    [GeneratedRegex(@"([a-zA-Z_][a-zA-Z0-9_]*)=""((?:[^""\\\n]|\\\\|\\""|\\n)*)""(,?)")]
    private static partial Regex Label { get; }

    string ParseLine(string line, string family)
    {
        if (HelpLine.Match(line) is { Success: true } help)
        {
            _help.TryAdd(help.Groups[1].Value, help.Groups[2].Value.Replace("\\n", "\n").Replace("\\\\", "\\")).ShouldBeTrue($"two HELP lines: {line}");
            return help.Groups[1].Value;
        }
        if (TypeLine.Match(line) is { Success: true } type)
        {
            type.Groups[1].Value.ShouldBe(family, "TYPE follows its HELP");
            _types.TryAdd(family, type.Groups[2].Value).ShouldBeTrue($"two TYPE lines: {line}");
            return family;
        }
        var sample = SampleLine.Match(line);
        sample.Success.ShouldBeTrue($"not a line of the format: {line}");
        var name = sample.Groups[1].Value;
        var suffix = _types[family] == "histogram" ? name[family.Length..] : "";
        name.ShouldBe(family + suffix, "samples stand below their TYPE");
        if (_types[family] == "histogram")
            suffix.ShouldBeOneOf("_bucket", "_sum", "_count");
        var labels = Label.Matches(sample.Groups[2].Value);
        labels.Select(label => label.Groups[1].Value).ShouldBeUnique();
        labels.ShouldAllBe(label => !label.Groups[1].Value.StartsWith("__"));
        if (labels.Count > 0)
            labels[^1].Groups[3].Value.ShouldBe("", "no comma at the end");
        var text = sample.Groups[3].Value;
        var value = text switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            "NaN" => double.NaN,
            _ => double.Parse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture),
        };
        var key = sample.Groups[2].Success ? $"{name}{{{sample.Groups[2].Value}}}" : name;
        _samples.TryAdd(key, value).ShouldBeTrue($"the same series twice: {line}");
        return family;
    }

    void CheckHistograms()
    {
        foreach (var family in _types.Where(type => type.Value == "histogram").Select(type => type.Key))
        {
            var series = _samples
                .Where(sample => sample.Key.StartsWith(family + "_bucket{", StringComparison.Ordinal))
                .GroupBy(sample => string.Join(',', Label.Matches(sample.Key).Where(l => l.Groups[1].Value != "le").Select(l => l.Value.TrimEnd(','))));
            foreach (var one in series)
            {
                var counts = one.Select(bucket => bucket.Value).ToList();
                counts.ShouldBeInOrder(SortDirection.Ascending, "buckets are cumulative");
                one.Last().Key.ShouldContain("le=\"+Inf\"");
                var labels = one.Key.Length > 0 ? $"{{{one.Key}}}" : "";
                _samples[$"{family}_count{labels}"].ShouldBe(counts[^1]);
                _samples.ShouldContainKey($"{family}_sum{labels}");
            }
        }
    }
}
