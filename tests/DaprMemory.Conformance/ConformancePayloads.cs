using System.Text;

namespace DaprMemory.Conformance;

/// <summary>Payloads that a store, or what lies before it, is likely to spoil: each is valid UTF-8 text.</summary>
public static class ConformancePayloads
{
    /// <summary>A name for each payload, and its text.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> All { get; } =
    [
        new("empty", ""),
        new("number", "9007199254740993"),
        new("null", "null"),
        new("numbers", """{"big":9007199254740993,"huge":123456789012345678901234567890,"fraction":0.12345678901234567,"exponent":1.0E+2,"minus":-0.0}"""),
        new("duplicate-names", """{"b":1,"a":2,"b":3}"""),
        new("quotes", "\"\\\"\\\\\"\""),
        new("backslashes", """\\\\n \u0041 \" \/ \"""),
        new("html", "<script>&'\"</script>"),
        new("whitespace", " {\r\n\t\"a\" : 1 }\r\n"),
        new("separators", "\u2028\u2029\u0085\u00A0\u007F"),
        new("emoji", "🙂👩‍👩‍👧‍👦🏳️‍🌈"),
        new("byte-order-mark", "\uFEFF{}"),
        new("edges", "\uFFFD\uFFFE\uFFFF\U0010FFFF\uE000\u0300"),
        new("scripts", "Grüße, мир, 世界, مرحبا"),
        new("base64", "AAEC//79"),
        new("two-mebibytes", Large(2 * 1024 * 1024)),
    ];

    static string Large(int length)
    {
        var text = new StringBuilder(length + 100);
        for (var i = 0; text.Length < length; i++)
            text.Append("{\"n\":").Append(i).Append(",\"text\":\"some words, now and then a < or a \\\" between them\"},");
        return text.ToString(0, length);
    }
}
