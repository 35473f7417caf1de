using System.Globalization;
using System.Text;

namespace Prometheus;

/// <summary>Names, numbers and escapes of Prometheus' text format, version 0.0.4.</summary>
internal static class PrometheusText
{
    /// <summary>The content type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Makes any name a metric's or label's: lower case, and <c>_</c> for what may not stand there.</summary>
    public static string ToName(string name)
    {
        var text = new StringBuilder(name.Length + 1);
        if (name.Length == 0 || char.IsAsciiDigit(name[0]))
            text.Append('_');
        foreach (var c in name)
            text.Append(char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_');
        return text.ToString();
    }

    /// <summary>The start of a sample's line, up to its value.</summary>
    public static string Head(string name, string labels, string? lastLabel = null) =>
        (labels.Length > 0, lastLabel) switch
        {
            (false, null) => $"{name} ",
            (true, null) => $"{name}{{{labels}}} ",
            (false, _) => $"{name}{{{lastLabel}}} ",
            (true, _) => $"{name}{{{labels},{lastLabel}}} ",
        };

    /// <summary>A set of labels, in the order given.</summary>
    public static string Labels(IEnumerable<KeyValuePair<string, string>> labels) =>
        string.Join(',', labels.Select(label => $"{label.Key}=\"{EscapeLabel(label.Value)}\""));

    public static string EscapeHelp(string help) =>
        help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    public static string Number(double value) =>
        double.IsNaN(value) ? "NaN"
        : double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("g", CultureInfo.InvariantCulture);

    public static void AppendSample(StringBuilder text, string head, double value) => text.Append(head).Append(Number(value)).Append('\n');

    static string EscapeLabel(string value) => EscapeHelp(value).Replace("\"", "\\\"", StringComparison.Ordinal);
}
