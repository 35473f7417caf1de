using System.Globalization;
using System.Text;

namespace DaprMemory.Client.Transport;

/// <summary>A query string in the making; absent values are left out.</summary>
readonly struct Query()
{
    readonly StringBuilder _text = new();

    public Query Add(string name, string? value)
    {
        if (value is not null)
            _text.Append(_text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return this;
    }

    public Query Add(string name, long? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public override string ToString() => _text.ToString();
}
