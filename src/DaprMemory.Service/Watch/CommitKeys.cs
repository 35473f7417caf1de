using System.Text;
using System.Text.Json;

namespace DaprMemory.Service.Watch;

/// <summary>Finds in a commit's text which state keys it changes, without reading values.</summary>
internal static class CommitKeys
{
    /// <summary>Whether it changes a state key with this prefix.</summary>
    /// <param name="commit">The commit's text, verified.</param>
    /// <param name="prefix">The prefix; the empty one fits every commit, whatever it changes.</param>
    public static bool AnyBeginsWith(ReadOnlySpan<byte> commit, string prefix)
    {
        if (prefix.Length == 0)
            return true;
        Span<byte> wanted = stackalloc byte[prefix.Length];
        Encoding.ASCII.GetBytes(prefix, wanted);
        var reader = new Utf8JsonReader(commit, new JsonReaderOptions { MaxDepth = 128 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!Enter(ref reader, "entries"u8))
                continue;
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    if (!Enter(ref reader, "changes"u8))
                        continue;
                    while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                    {
                        if (ReadChange(ref reader, wanted))
                            return true;
                    }
                }
            }
        }
        return false;
    }

    static bool ReadChange(ref Utf8JsonReader reader, scoped ReadOnlySpan<byte> prefix)
    {
        var (isState, fits) = (false, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("key"u8))
            {
                reader.Read();
                // Keys have no characters that are escaped.
                fits = reader.ValueSpan.StartsWith(prefix);
            }
            else if (reader.ValueTextEquals("kind"u8))
            {
                reader.Read();
                isState = reader.ValueTextEquals("state"u8);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        return isState && fits;
    }

    /// <summary>Goes to the member's value, and beyond it unless the member has this name.</summary>
    static bool Enter(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        var isIt = reader.ValueTextEquals(name);
        reader.Read();
        if (!isIt)
            reader.Skip();
        return isIt;
    }
}
