using System.Globalization;

namespace DaprMemory.LocalSidecar.State;

/// <summary>Writes 64-bit floats as Go's JSON encoders do.</summary>
internal static class GoNumber
{
    // The Redis component's encoder leaves numbers above this as they are.
    const double MaxCut = 0x4ffffff;
    const ulong CutScale = 1_000_000;

    /// <summary>The shortest digits that read back the same; with an exponent only below 1e-6 and from 1e21 on.</summary>
    public static string Format(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        if (mark < 0)
            return text;
        var mantissa = text.AsSpan(0, mark);
        var exponent = int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (exponent is < -6 or >= 21)
            return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent)}");
        var sign = mantissa[0] == '-' ? "-" : "";
        var digits = mantissa.TrimStart('-').ToString().Replace(".", "", StringComparison.Ordinal);
        if (exponent < 0)
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        return digits.Length <= exponent + 1
            ? sign + digits.PadRight(exponent + 1, '0')
            : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    /// <summary>As <see cref="Format"/>, but with at most six decimal places: what the Redis component does to fractions.</summary>
    public static string FormatCut(double number)
    {
        var size = Math.Abs(number);
        if (size > MaxCut)
            return Format(number);
        var scaled = (ulong)(size * CutScale + 0.5);
        var fraction = (scaled % CutScale).ToString("D6", CultureInfo.InvariantCulture).TrimEnd('0');
        var whole = (scaled / CutScale).ToString(CultureInfo.InvariantCulture);
        return (number < 0 ? "-" : "") + (fraction.Length == 0 ? whole : $"{whole}.{fraction}");
    }
}
