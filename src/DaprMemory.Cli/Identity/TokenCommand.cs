using System.CommandLine;
using System.Globalization;
using DaprMemory.Cli.Commands;
using DaprMemory.Hosting.Identity;

namespace DaprMemory.Cli.Identity;

/// <summary><c>daprmem token</c>: a token of the development issuer.</summary>
internal static class TokenCommand
{
    static readonly TimeSpan DefaultLife = TimeSpan.FromHours(1);
    static readonly TimeSpan MaxLife = TimeSpan.FromDays(366);

    public static Command Create(ConnectionOptions connection)
    {
        var scope = new Option<string[]>("--scope")
        {
            Description = $"What it allows: {string.Join(", ", ScopeNames.All)}. May be repeated.",
            DefaultValueFactory = _ => [ScopeNames.Read, ScopeNames.Write],
        };
        scope.AcceptOnlyFromAmong([.. ScopeNames.All]);
        var life = new Option<TimeSpan>("--life")
        {
            Description = "How long it is good, such as 90s, 30m, 12h or 7d.",
            HelpName = "TIME",
            DefaultValueFactory = _ => DefaultLife,
            CustomParser = result =>
            {
                if (ParseLife(result.Tokens[0].Value) is { } time)
                    return time;
                result.AddError($"--life: a number with s, m, h or d, from 1s to {MaxLife.TotalDays:F0}d, not '{result.Tokens[0].Value}'.");
                return default;
            },
        };
        var command = new Command(
            "token",
            """
            Print a token of the development issuer that `daprmem up` has made in its data folder.

              curl -H "Authorization: Bearer $(daprmem token)" http://localhost:8080/v1/default/notes/state/plan
              daprmem token --tenant acme --agent planner --scope memory:read --life 8h
            """) { scope, life };
        command.SetAction(parsed =>
        {
            var data = connection.DataPath(parsed);
            if (DevelopmentIssuer.TryOpen(data) is not { } issuer)
                throw new IOException($"There is no development issuer in {Path.GetFullPath(data)}: `daprmem up` makes it (--data, or DAPRMEMORY_DATA, names its folder).");
            parsed.InvocationConfiguration.Output.WriteLine(
                issuer.Issue(connection.Tenant(parsed), connection.Agent(parsed), parsed.GetRequiredValue(scope), parsed.GetValue(life)));
            return ExitCodes.Ok;
        });
        return command;
    }

    static TimeSpan? ParseLife(string text)
    {
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        TimeSpan? unit = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => null,
        };
        return unit is { } one && number >= 1 && number <= MaxLife / one ? number * one : null;
    }
}
