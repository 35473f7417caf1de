using System.Text.Json;
using System.Text.Unicode;

namespace DaprMemory.Service.Requests;

/// <summary>Checks that bytes are one JSON value as RFC 8259 has it, without changing or keeping anything of it.</summary>
internal static class JsonText
{
    /// <summary>How deep arrays and objects may nest in a value.</summary>
    public const int MaxDepth = 64;

    /// <summary>Gives what is wrong, with the place but never the content; null when the text is one JSON value in UTF-8.</summary>
    public static string? Check(ReadOnlySpan<byte> text, int maxDepth = MaxDepth)
    {
        // Utf8JsonReader takes the insides of strings on trust.
        if (!Utf8.IsValid(text))
            return "the body is not valid UTF-8";
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = maxDepth });
        try
        {
            while (reader.Read())
            {
                // An escaped half of a surrogate pair is allowed in a value, which is kept as it is; a member's name must be text to be found by it.
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueIsEscaped)
                    reader.GetString();
            }
            return null;
        }
        catch (JsonException wrong)
        {
            return $"not one JSON value of at most {maxDepth} levels, at line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1}";
        }
        catch (InvalidOperationException)
        {
            return $"the member's name at byte {reader.TokenStartIndex + 1} is not Unicode text";
        }
    }
}
