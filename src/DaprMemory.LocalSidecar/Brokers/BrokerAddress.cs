using System.Globalization;

namespace DaprMemory.LocalSidecar.Brokers;

/// <summary>Where the processes that share a data folder find the broker of one of them, and the secret that opens it.</summary>
internal sealed record BrokerAddress(int Port, string Secret)
{
    /// <summary>Reads the address file; null: there is none, or not a whole one.</summary>
    public static BrokerAddress? Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // nobody has been the broker yet
        }
        return text.Split(' ') is [var port, var secret] && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new BrokerAddress(number, secret)
            : null;
    }

    /// <summary>Writes the address file in one step, for the eyes of this user alone.</summary>
    public void Write(string path)
    {
        var draft = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new StreamWriter(draft, options))
            file.Write(string.Create(CultureInfo.InvariantCulture, $"{Port} {Secret}"));
        File.Move(draft, path, overwrite: true);
    }
}
