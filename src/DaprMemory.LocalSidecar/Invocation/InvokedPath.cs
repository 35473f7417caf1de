using System.Buffers;
using System.Text;
using DaprMemory.LocalSidecar.Http;

namespace DaprMemory.LocalSidecar.Invocation;

/// <summary>
/// The path that reaches an invoked app: daprd decodes it, cleans it and encodes it again, so that an encoded slash becomes a separator.
/// </summary>
internal static class InvokedPath
{
    const string Plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~$&+,/:;=@";

    static readonly SearchValues<char> PlainChars = SearchValues.Create(Plain);

    /// <summary>Gives the path to send, or null and an error if it has characters that are refused.</summary>
    public static string? Encode(string escapedPath, out string error)
    {
        error = "";
        if (escapedPath.AsSpan().IndexOfAnyExcept(PlainChars) < 0)
            return escapedPath;
        var decoded = Uri.UnescapeDataString(escapedPath);
        if (decoded.Any(c => c is '#' or '?' || char.IsControl(c)))
        {
            error = "invalid method path: it has '#', '?' or a control character";
            return null;
        }
        var encoded = new StringBuilder();
        foreach (var rune in RequestTarget.Clean(decoded).EnumerateRunes())
        {
            if (rune.IsBmp && PlainChars.Contains((char)rune.Value))
                encoded.Append((char)rune.Value);
            else
                encoded.Append(Uri.EscapeDataString(rune.ToString()));
        }
        return encoded.ToString();
    }
}
