using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Cli.Commands;

/// <summary>Arguments and options that several commands have, and how their rules are checked.</summary>
internal static class SymbolRules
{
    public static Argument<string> NewSpace()
    {
        var space = new Argument<string>("SPACE") { Description = "The space, or space@branch." };
        space.Validators.Add(result => result.Report(space.Name, Names.CheckSpace(result.GetValueOrDefault<string>())));
        return space;
    }

    public static Argument<string?> NewOptionalSpace()
    {
        var space = new Argument<string?>("SPACE") { Description = "The space, or space@branch.", Arity = ArgumentArity.ZeroOrOne };
        space.Validators.Add(result => result.Report(space.Name, result.GetValueOrDefault<string?>() is { } name ? Names.CheckSpace(name) : null));
        return space;
    }

    public static Argument<string> NewKey()
    {
        var key = new Argument<string>("KEY") { Description = "The record's key, such as plans/today." };
        key.Validators.Add(result => result.Report(key.Name, Names.CheckKey(result.GetValueOrDefault<string>())));
        return key;
    }

    public static Argument<string?> NewOptionalSession()
    {
        var session = new Argument<string?>("SESSION") { Description = "The session.", Arity = ArgumentArity.ZeroOrOne };
        session.Validators.Add(result => result.Report(session.Name, result.GetValueOrDefault<string?>() is { } name ? Names.CheckSession(name) : null));
        return session;
    }

    public static Argument<string> NewSession()
    {
        var session = new Argument<string>("SESSION") { Description = "The session." };
        session.Validators.Add(result => result.Report(session.Name, Names.CheckSession(result.GetValueOrDefault<string>())));
        return session;
    }

    /// <summary>An option for a number from 0 to 1; null when it is not given.</summary>
    public static Option<double?> NewShare(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[0].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value <= 1)
                return value;
            result.AddError($"{name}: a number from 0 to 1, not '{result.Tokens[0].Value}'.");
            return null;
        },
    };

    /// <summary>An option for a whole number; null when it is not given and has no default.</summary>
    public static Option<long?> NewNumber(string name, string description, long least, long most = long.MaxValue, long? otherwise = null)
    {
        var option = new Option<long?>(name)
        {
            Description = description,
            HelpName = "N",
            // By hand: the parser's own complaint names the type, and then the validators throw.
            CustomParser = result =>
            {
                if (long.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                    && value >= least && value <= most)
                    return value;
                var rule = most == long.MaxValue ? $"from {least} on" : $"from {least} to {most}";
                result.AddError($"{name}: a whole number {rule}, not '{result.Tokens[0].Value}'.");
                return null;
            },
        };
        if (otherwise is not null)
            option.DefaultValueFactory = _ => otherwise;
        return option;
    }

    /// <summary>Reports the broken rule, if <paramref name="rule"/> names one for the option's value.</summary>
    public static void Check(this OptionResult result, Option<string> option, Func<string, string?> rule)
    {
        if (result.GetValue(option) is { } value)
            result.Report(option.Name, rule(value));
    }

    static void Report(this SymbolResult result, string name, string? brokenRule)
    {
        if (brokenRule is not null)
            result.AddError($"{name}: {brokenRule}.");
    }
}
